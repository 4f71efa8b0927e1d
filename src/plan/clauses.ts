import { tokenize, type Token } from '../util/sql-tokens.js';
import { isSymbol, isWord, qualifiedNameAt } from '../util/sql-words.js';

/** One comma-separated part of an ALTER TABLE: `ADD COLUMN a INT AFTER b`. */
export type Clause = readonly Token[];

/** The first part of an ALTER TABLE, up to the clauses. */
export interface AlterHead {
  /** The schema that the statement names, null when it names none. */
  readonly schema: string | null;
  readonly table: string;
  /** Where the table's name, qualifier included, lies in the SQL text. */
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly ignore: boolean;
  /** Index of the first token behind the head. */
  readonly bodyAt: number;
}

/** Reads `ALTER [ONLINE] [IGNORE] TABLE [IF EXISTS] name [WAIT n | NOWAIT]`; null when the text is something else. */
export function alterHead(tokens: readonly Token[]): AlterHead | null {
  let at = 0;
  if (!isWord(tokens[at++], 'ALTER')) return null;
  if (isWord(tokens[at], 'ONLINE')) at++;
  const ignore = isWord(tokens[at], 'IGNORE');
  if (ignore) at++;
  if (!isWord(tokens[at++], 'TABLE')) return null;
  if (isWord(tokens[at], 'IF') && isWord(tokens[at + 1], 'EXISTS')) at += 2;
  const name = qualifiedNameAt(tokens, at);
  if (!name) return null;
  const nameStart = tokens[at]!.start;
  const nameEnd = tokens[name.next - 1]!.end;
  at = name.next;
  if (isWord(tokens[at], 'WAIT')) at += 2;
  else if (isWord(tokens[at], 'NOWAIT')) at++;
  return { schema: name.schema, table: name.table, nameStart, nameEnd, ignore, bodyAt: at };
}

/** Splits tokens at the commas that are outside of every parenthesis. */
export function splitAtCommas(tokens: readonly Token[]): Clause[] {
  const clauses: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isSymbol(token, '(')) depth++;
    if (isSymbol(token, ')')) depth--;
    if (depth === 0 && isSymbol(token, ',')) clauses.push([]);
    else clauses.at(-1)!.push(token);
  }
  return clauses.filter((clause) => clause.length > 0);
}

/** The clauses of an ALTER TABLE statement. */
export function clausesOf(alterSql: string): Clause[] {
  const tokens = tokenize(alterSql);
  const head = alterHead(tokens);
  return head ? splitAtCommas(tokens.slice(head.bodyAt)) : [];
}
