import { TideoverError } from '../errors.js';
import { quoteId } from '../db/quote.js';
import { tokenize, type Token } from '../util/sql-tokens.js';
import { alterHead, splitAtCommas } from './clauses.js';
import { isSymbol, isWord, qualifiedNameAt } from '../util/sql-words.js';
import type { AlterStatement } from './plan.js';
import { refusalOf } from './refused-clauses.js';

export interface AlterInput {
  /** Whole statements, several per text separated by `;`; with `table`, also the parts after the table's name. */
  readonly alter: readonly string[];
  readonly table: string | null;
  readonly database: string;
}

/**
 * The operator's statements as they are run in the shadow schema: unqualified, ALTER TABLE only. Only as much is parsed as is needed to
 * know which table a statement is for and that it touches no other; the rest is the server's to understand.
 * Throws `statement-invalid` (facts: `statement`, `reason`) and `nothing-to-do`.
 */
export function parseAlter(input: AlterInput): AlterStatement[] {
  const statements = input.alter.flatMap(splitStatements).map((text) => parseOne(text, input));
  if (statements.length === 0) {
    throw new TideoverError('nothing-to-do', 'no statement was given', {
      hint: "Give the change with --alter 'ALTER TABLE t …', or --table t --alter 'ADD COLUMN …'.",
    });
  }
  return statements;
}

/** Whether a text has only statements that change single tables where they are: those of `parseAlter`. */
export function isPlainAlteration(text: string): boolean {
  return splitStatements(text).every((statement) => {
    const tokens = tokenize(statement);
    const head = alterHead(tokens);
    if (!head) return indexStatement(statement, tokens) !== null;
    return !splitAtCommas(tokens.slice(head.bodyAt)).some((clause) => refusalOf(clause)?.code === 'rename-table');
  });
}

/** Cuts a text at the `;` outside of strings and comments; pieces without any token are left out. */
export function splitStatements(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  const add = (end: number): void => {
    const piece = text.slice(start, end).trim();
    if (tokenize(piece).length > 0) pieces.push(piece);
  };
  for (const token of tokenize(text)) {
    if (!isSymbol(token, ';')) continue;
    add(token.start);
    start = token.end;
  }
  add(text.length);
  return pieces;
}

function parseOne(text: string, input: AlterInput): AlterStatement {
  const sql = wholeStatement(text, input);
  const tokens = tokenize(sql);
  refuseExecutableComments(sql, tokens);
  const head = alterHead(tokens);
  if (!head) throw notAnAlter(sql, tokens);
  if (head.schema !== null && head.schema !== input.database) {
    throw invalid(sql, 'other-database', `the statement is for the database ${head.schema}`, {
      hint: `This migration is for ${input.database}; give the statement to a migration of ${head.schema}.`,
    });
  }
  if (input.table !== null && head.table !== input.table) {
    throw invalid(sql, 'other-table', `the statement is for the table ${head.table}, but --table is ${input.table}`, {
      hint: 'Leave --table out when whole statements are given.',
    });
  }
  if (head.ignore) {
    throw invalid(sql, 'alter-ignore', 'ALTER IGNORE throws rows and values away without a word', {
      hint: 'Leave IGNORE out, and clean the data up first.',
    });
  }
  const clauses = splitAtCommas(tokens.slice(head.bodyAt));
  if (clauses.length === 0) {
    throw invalid(sql, 'empty', `the statement changes nothing of ${head.table}`, { hint: 'Say what to change.' });
  }
  for (const clause of clauses) {
    const refusal = refusalOf(clause);
    if (refusal) throw invalid(sql, refusal.code, refusal.message, { hint: refusal.remedy });
  }
  return {
    table: head.table,
    sql: `${sql.slice(0, head.nameStart)}${quoteId(head.table)}${sql.slice(head.nameEnd)}`,
  };
}

/** A part gets its ALTER TABLE, an index statement becomes one. */
function wholeStatement(text: string, input: AlterInput): string {
  const tokens = tokenize(text);
  const index = indexStatement(text, tokens);
  if (index !== null) return index;
  if (input.table === null || alterHead(tokens)) return text;
  if (isWord(tokens[0], 'CREATE', 'DELIMITER')) throw notAnAlter(text, tokens);
  return `ALTER TABLE ${quoteId(input.table)} ${text}`;
}

/** `CREATE INDEX … ON t (…)` and `DROP INDEX … ON t` as ALTER TABLE; null for anything else. */
function indexStatement(text: string, tokens: readonly Token[]): string | null {
  const indexAt = tokens.findIndex((token) => isWord(token, 'INDEX'));
  const onAt = tokens.findIndex((token) => isWord(token, 'ON'));
  const isCreate = isWord(tokens[0], 'CREATE');
  if (indexAt < 1 || indexAt > 4 || onAt < 0) return null;
  // `DROP INDEX i, ADD c TIMESTAMP ON UPDATE …` is a part of an ALTER TABLE.
  const isDrop = isWord(tokens[0], 'DROP') && onAt === (isWord(tokens[2], 'IF') ? 5 : 3);
  if (!isCreate && !isDrop) return null;
  const name = qualifiedNameAt(tokens, onAt + 1);
  if (!name) return null;
  const odd = tokens.some((token) => isWord(token, 'REPLACE', 'ALGORITHM', 'LOCK', 'WAIT', 'NOWAIT'));
  if (odd || (!isCreate && name.next !== tokens.length)) {
    throw invalid(text, 'index-statement', 'this form of an index statement is not understood', {
      hint: 'Write it as ALTER TABLE … ADD INDEX or DROP INDEX, without OR REPLACE, ALGORITHM, LOCK and WAIT.',
    });
  }
  const verb = isCreate ? 'ADD' : 'DROP';
  const what = text.slice(tokens[1]!.start, tokens[onAt - 1]!.end);
  const rest = text.slice(tokens[name.next - 1]!.end);
  const target = text.slice(tokens[onAt + 1]!.start, tokens[name.next - 1]!.end);
  return `ALTER TABLE ${target} ${verb} ${what}${rest}`;
}

/** What an executable comment means depends on the server's version; only the server's own way to write COMPRESSED is known. */
function refuseExecutableComments(sql: string, tokens: readonly Token[]): void {
  let end = 0;
  for (const token of [...tokens, undefined]) {
    const gap = sql.slice(end, token?.start ?? sql.length);
    if (/\/\*M?!/.test(gap) && !isWord(token, 'COMPRESSED')) {
      throw invalid(sql, 'executable-comment', 'the statement has an executable comment', {
        hint: 'Write its content without /*! and */.',
      });
    }
    if (token) end = token.end;
  }
}

function notAnAlter(sql: string, tokens: readonly Token[]): TideoverError {
  if (isWord(tokens[0], 'DELIMITER')) {
    return invalid(sql, 'delimiter', 'DELIMITER is a command of the client, not a statement', {
      hint: 'End statements with ; and leave stored programs out.',
    });
  }
  const verb = tokens
    .slice(0, 2)
    .map((token) => token.text)
    .join(' ');
  return invalid(sql, 'not-alter-table', `"${verb}" is not an ALTER TABLE`, {
    hint: 'Only ALTER TABLE, CREATE INDEX and DROP INDEX can be migrated; run the other statements by themselves.',
  });
}

function invalid(statement: string, reason: string, message: string, options: { hint: string }): TideoverError {
  return new TideoverError('statement-invalid', message, { ...options, facts: { statement, reason } });
}
