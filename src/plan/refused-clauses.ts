import type { Token } from '../util/sql-tokens.js';
import { type Clause } from './clauses.js';
import { isSymbol, isWord } from '../util/sql-words.js';

/** Why a clause must not be run in the shadow, with the way out. */
export interface ClauseRefusal {
  /** Stable, kebab-case. */
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** A clause is refused when its first words match; `null` stands for any word. */
interface Rule extends ClauseRefusal {
  readonly words: readonly (readonly string[])[];
  /** Rows come, go or are lost by it. */
  readonly movesRows?: true;
}

/** No statement that is run in the shadow may reach the source or another schema (I7), or throw rows away by its nature. */
const rules: readonly Rule[] = [
  {
    code: 'exchange-partition',
    words: [['EXCHANGE'], ['PARTITION']],
    movesRows: true,
    message: 'EXCHANGE PARTITION moves rows between tables',
    remedy: 'Run it by itself, before or after the migration.',
  },
  {
    code: 'convert-partition',
    words: [['CONVERT'], ['PARTITION', 'TABLE']],
    movesRows: true,
    message: 'CONVERT PARTITION and CONVERT TABLE move rows between tables',
    remedy: 'Run it by itself, before or after the migration.',
  },
  {
    code: 'tablespace',
    words: [['DISCARD', 'IMPORT']],
    movesRows: true,
    message: 'DISCARD and IMPORT TABLESPACE exchange the data under the table',
    remedy: 'Run it by itself, before or after the migration.',
  },
  {
    code: 'drop-partition',
    words: [['DROP', 'TRUNCATE'], ['PARTITION']],
    movesRows: true,
    message: 'dropping or truncating a partition throws rows away; a copy would keep them',
    remedy: 'Delete the rows or drop the partition on the table itself: the server does that at once.',
  },
  {
    code: 'partition-maintenance',
    words: [['ANALYZE', 'CHECK', 'OPTIMIZE', 'REPAIR'], ['PARTITION']],
    message: 'partition maintenance changes no structure',
    remedy: 'Run it by itself.',
  },
  {
    code: 'system-versioning',
    words: [['ADD', 'DROP'], ['SYSTEM'], ['VERSIONING']],
    message: 'the history of a system-versioned table cannot be copied',
    remedy: 'Change the versioning by itself, after the migration.',
  },
  {
    code: 'system-versioning',
    words: [['ADD', 'DROP'], ['PERIOD'], ['FOR']],
    message: 'periods are not supported',
    remedy: 'Change the period by itself, after the migration.',
  },
];

/** The first reason to refuse a clause, null when there is none. */
export function refusalOf(clause: Clause): ClauseRefusal | null {
  const rule = ruleOf(clause);
  if (rule) return { code: rule.code, message: rule.message, remedy: rule.remedy };
  if (isWord(clause[0], 'RENAME') && !isWord(clause[1], 'COLUMN', 'INDEX', 'KEY')) {
    return {
      code: 'rename-table',
      message: 'the table cannot get another name in a migration',
      remedy: 'Leave RENAME TO out; RENAME TABLE by itself takes no time.',
    };
  }
  if (clause.some((token) => isSymbol(token, '.'))) {
    return {
      code: 'qualified-name',
      message: 'it names something with a qualifier, which could be outside of the table',
      remedy: 'Write column names without the table, and leave other tables out.',
    };
  }
  return engineRefusal(clause);
}

/** Whether a clause of an ALTER TABLE takes rows from its table, or brings it some, whatever the structure. */
export function movesRows(clause: Clause): boolean {
  return ruleOf(clause)?.movesRows ?? false;
}

function ruleOf(clause: Clause): Rule | undefined {
  return rules.find(({ words }) => words.every((choices, i) => isWord(clause[i], ...choices)));
}

/** Other engines can write to other tables or machines (FEDERATED, CONNECT, SPIDER, MERGE), and none has the snapshot that a copy needs. */
function engineRefusal(clause: Clause): ClauseRefusal | null {
  const isTableOption = !isWord(clause[0], 'ADD', 'CHANGE', 'MODIFY', 'DROP', 'ALTER', 'RENAME');
  const at = clause.findIndex((token, i) => isWord(token, 'ENGINE') && (isTableOption || isSymbol(clause[i + 1], '=')));
  if (at < 0) return null;
  const value: Token | undefined = isSymbol(clause[at + 1], '=') ? clause[at + 2] : clause[at + 1];
  if (value?.text.toUpperCase() === 'INNODB') return null;
  return {
    code: 'engine-not-innodb',
    message: `the table would leave InnoDB (ENGINE=${value?.text ?? ''})`,
    remedy: 'Only InnoDB tables can be migrated to InnoDB tables.',
  };
}
