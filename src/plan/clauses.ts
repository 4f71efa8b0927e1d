import { tokenize, type Token } from '../util/sql-tokens.js';

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

/** Whether a token is one of these keywords (upper case). */
export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text.toUpperCase());
}

export function isSymbol(token: Token | undefined, symbol: string): boolean {
  return token?.kind === 'symbol' && token.text === symbol;
}

/** The name that an identifier token stands for, null for any other token. */
export function nameOf(token: Token | undefined): string | null {
  return token?.kind === 'word' || token?.kind === 'quoted-identifier' ? token.text : null;
}

/** A possibly qualified name at `at`; null when there is none. */
export function qualifiedNameAt(
  tokens: readonly Token[],
  at: number,
): { readonly schema: string | null; readonly table: string; readonly next: number } | null {
  const first = nameOf(tokens[at]);
  if (first === null) return null;
  if (!isSymbol(tokens[at + 1], '.')) return { schema: null, table: first, next: at + 1 };
  const second = nameOf(tokens[at + 2]);
  return second === null ? null : { schema: first, table: second, next: at + 3 };
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
