import { tokenize, type Token } from '../util/sql-tokens.js';
import { isSymbol, isWord, nameOf } from '../util/sql-words.js';
import { splitAtCommas } from './clauses.js';
import { readDefinition } from './definition-reading.js';
import { nameAt, none, unjudged, type Reading, type SetColumn } from './reading.js';
import { innermost } from './sent-text.js';
import { tableMentions, type WrittenName } from './table-mentions.js';

/** Reads one statement; what it does not know is `unjudged`. */
export function readStatement(sql: string): Reading {
  let tokens = tokenize(innermost(sql));
  while (isSymbol(tokens[0], '(')) tokens = tokens.slice(1);
  const verb = tokens[0]?.kind === 'word' ? tokens[0].text.toUpperCase() : '';
  switch (verb) {
    case 'USE': {
      const schema = nameOf(tokens[1]);
      return schema === null ? unjudged('the name in it was not understood') : { kind: 'use', schema };
    }
    case 'SELECT':
    case 'WITH':
    case 'VALUES':
    case 'INSERT':
    case 'REPLACE':
    case 'UPDATE':
    case 'DELETE':
    case 'LOAD':
    case 'DO':
      return readRows(tokens);
    case 'HANDLER':
      return readNamed(tokens.slice(1), (tables) => ({
        kind: 'rows',
        mentions: tables.map((table) => ({ ...table, alias: null, writes: false })),
        sets: null,
      }));
    case 'TRUNCATE': {
      const table = nameAt(tokens, isWord(tokens[1], 'TABLE') ? 2 : 1);
      return table ? { kind: 'truncate', table } : unjudged('the name in it was not understood');
    }
    case 'CREATE':
    case 'DROP':
    case 'ALTER':
    case 'RENAME':
      return readDefinition(tokens);
    case 'SET':
      return readSet(tokens);
    case 'LOCK':
    case 'ANALYZE':
    case 'OPTIMIZE':
    case 'CHECK':
    case 'CHECKSUM':
    case 'REPAIR':
      return readUpkeep(tokens);
    default:
      return readOther(verb, tokens);
  }
}

/** These read and write no rows. */
const harmless = new Set([
  ...['SHOW', 'EXPLAIN', 'DESCRIBE', 'DESC', 'HELP', 'COMMIT', 'ROLLBACK', 'SAVEPOINT', 'RELEASE', 'UNLOCK'],
  // What is executed was read when it was prepared.
  ...['EXECUTE', 'DEALLOCATE', 'SIGNAL', 'RESIGNAL', 'GET'],
]);

function readOther(verb: string, tokens: readonly Token[]): Reading {
  if (verb === 'EXECUTE' && isWord(tokens[1], 'IMMEDIATE')) return unjudged('its text is put together when it is run');
  if (harmless.has(verb) || tokens.length === 0) return none;
  if (verb === 'BEGIN' && (tokens.length === 1 || isWord(tokens[1], 'WORK'))) return none;
  if (verb === 'START' && isWord(tokens[1], 'TRANSACTION')) return none;
  if (verb === 'PREPARE') return unjudged('its text is put together when it is run');
  if (verb === 'CALL') return unjudged('what a procedure does is not seen');
  if (verb === 'DELIMITER') return unjudged('DELIMITER is a command of the client');
  return unjudged('it is none of those that a change of tables is made of');
}

/** Values of the session are nobody else's business; the expressions may read rows. */
function readSet(tokens: readonly Token[]): Reading {
  const isForAll = splitAtCommas(tokens.slice(1)).some((assignment) => {
    const equals = assignment.findIndex((token) => isSymbol(token, '='));
    return assignment.slice(0, equals < 0 ? undefined : equals).some((token) => isWord(token, 'GLOBAL'));
  });
  if (isForAll || isWord(tokens[1], 'PASSWORD', 'DEFAULT', 'ROLE')) return unjudged('it concerns the whole server');
  return readRows(tokens);
}

/** `LOCK TABLES a READ, b AS c WRITE`, `ANALYZE TABLE a, b` and their like. */
function readUpkeep(tokens: readonly Token[]): Reading {
  const at = tokens.findIndex((token) => isWord(token, 'TABLE', 'TABLES'));
  if (at < 1 || at > 2) return unjudged('it is none of those that a change of tables is made of');
  return readNamed(tokens.slice(at + 1), (tables) => ({ kind: 'touches', tables }));
}

/** The names at the beginning of each part of a list. */
function readNamed(tokens: readonly Token[], reading: (tables: readonly WrittenName[]) => Reading): Reading {
  const names = splitAtCommas(tokens).map((part) => nameAt(part, 0));
  return names.every((name) => name !== null) ? reading(names) : unjudged('a name in it was not understood');
}

function readRows(tokens: readonly Token[]): Reading {
  const common = commonTableNames(tokens);
  const mentions = tableMentions(tokens).filter(
    ({ schema, table }) => schema !== null || !common.has(table.toLowerCase()),
  );
  return { kind: 'rows', mentions, sets: isWord(tokens[0], 'UPDATE') ? setColumns(tokens) : null };
}

/** `WITH a AS (…), b (…) AS (…)`: names that are no tables. */
function commonTableNames(tokens: readonly Token[]): Set<string> {
  const names = new Set<string>();
  if (!tokens.some((token) => isWord(token, 'WITH'))) return names;
  for (const [at, token] of tokens.entries()) {
    const isBegun = isWord(tokens[at - 1], 'WITH', 'RECURSIVE') || isSymbol(tokens[at - 1], ',');
    const name = nameOf(token);
    if (!isBegun || name === null) continue;
    if (isWord(tokens[at + 1], 'AS') && isSymbol(tokens[at + 2], '(')) names.add(name.toLowerCase());
    else if (isSymbol(tokens[at + 1], '(')) {
      const close = tokens.findIndex((candidate, i) => i > at && isSymbol(candidate, ')'));
      if (isWord(tokens[close + 1], 'AS')) names.add(name.toLowerCase());
    }
  }
  return names;
}

/** The columns of `UPDATE … SET a = …, t.b = …`. */
function setColumns(tokens: readonly Token[]): SetColumn[] {
  const from = tokens.findIndex((token) => isWord(token, 'SET'));
  if (from < 0) return [];
  let depth = 0;
  const to = tokens.findIndex((token, i) => {
    depth += isSymbol(token, '(') ? 1 : isSymbol(token, ')') ? -1 : 0;
    return i > from && depth === 0 && isWord(token, 'WHERE', 'ORDER', 'LIMIT', 'RETURNING');
  });
  return splitAtCommas(tokens.slice(from + 1, to < 0 ? undefined : to)).flatMap((assignment): SetColumn[] => {
    const equals = assignment.findIndex((token) => isSymbol(token, '='));
    const names = assignment.slice(0, equals).map(nameOf);
    const column = names.at(-1);
    if (equals < 1 || column === null || column === undefined) return [];
    return [{ qualifier: equals >= 3 ? (names.at(-3) ?? null) : null, column }];
  });
}
