import type { Token } from './sql-tokens.js';

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
