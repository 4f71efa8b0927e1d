/**
 * Cuts SQL text into tokens, the way MariaDB's lexer does, for the few questions we ask of statements (which tables do they name?).
 * It never fails: an unterminated string or comment ends with the text. Executable comments (`/*! … *\/`, `/*M! … *\/`) are read as code
 * whatever version they name, because a false alarm is better than an overlooked statement.
 */

export type TokenKind = 'word' | 'quoted-identifier' | 'string' | 'number' | 'symbol';

export interface Token {
  readonly kind: TokenKind;
  /** A word or number as written; the inner text of a quoted identifier or a string, unescaped; one character of a symbol. */
  readonly text: string;
  /** Where the token lies in the SQL text, quotes included: `[start, end)` in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** The sql_mode flags that change where tokens end. */
export interface LexicalMode {
  /** `"a"` is an identifier. */
  readonly ansiQuotes?: boolean;
  /** A backslash in a string is itself. */
  readonly noBackslashEscapes?: boolean;
}

const wordPattern = /[0-9A-Za-z$_\u0080-\uffff]+/y;
const numberPattern = /(?:0x[0-9a-f]+|0b[01]+|(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)(?![0-9A-Za-z$_\u0080-\uffff])/iy;
const spacePattern = /[\s\0]+/y;
const executableOpening = /\/\*M?!\d{0,6}/y;
const lineComment = /(?:#|--(?=[\s\0]|$))[^\n]*/y;

export function tokenize(sql: string, mode: LexicalMode = {}): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let executableDepth = 0;
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(sql);
    if (found) at += found[0].length;
    return found !== null;
  };
  const push = (kind: TokenKind, end: number, text = sql.slice(at, end)): void => {
    tokens.push({ kind, text, start: at, end });
    at = end;
  };
  while (at < sql.length) {
    const char = sql[at]!;
    if (skip(spacePattern) || skip(lineComment)) continue;
    if (char === '/' && sql[at + 1] === '*') {
      if (skip(executableOpening)) executableDepth++;
      else at = endOfComment(sql, at);
      continue;
    }
    if (executableDepth > 0 && char === '*' && sql[at + 1] === '/') {
      executableDepth--;
      at += 2;
      continue;
    }
    if (char === "'" || char === '"' || char === '`') {
      const identifier = char === '`' || (char === '"' && mode.ansiQuotes === true);
      const { text, end } = quoted(sql, at, identifier || mode.noBackslashEscapes === true ? 'doubling' : 'backslash');
      push(identifier ? 'quoted-identifier' : 'string', end, text);
      continue;
    }
    const number = isAfterQualifier(tokens, at) ? null : matchAt(numberPattern, sql, at);
    if (number !== null) {
      push('number', at + number.length);
      continue;
    }
    const word = matchAt(wordPattern, sql, at);
    if (word !== null) push('word', at + word.length);
    else push('symbol', at + 1);
  }
  return tokens;
}

function matchAt(pattern: RegExp, sql: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0] ?? null;
}

/** After `name.` an identifier may begin with, or be, digits; and the dot itself belongs to no number: `t1.5` is column `5` of t1. */
function isAfterQualifier(tokens: readonly Token[], at: number): boolean {
  const last = tokens.at(-1);
  if (last?.end !== at) return false;
  if (last.kind === 'word' || last.kind === 'quoted-identifier') return true;
  const before = tokens.at(-2);
  return (
    last.text === '.' &&
    last.kind === 'symbol' &&
    before?.end === last.start &&
    (before.kind === 'word' || before.kind === 'quoted-identifier')
  );
}

/** MariaDB lets a plain comment stand inside an executable one, but plain comments do not nest. */
function endOfComment(sql: string, start: number): number {
  const close = sql.indexOf('*/', start + 2);
  return close < 0 ? sql.length : close + 2;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', '0': '\0', Z: '\x1a' };

/** The inner text of the quoted token that starts at `start`, and where it ends. */
function quoted(sql: string, start: number, style: 'doubling' | 'backslash'): { text: string; end: number } {
  const quote = sql[start]!;
  let text = '';
  let at = start + 1;
  while (at < sql.length) {
    const char = sql[at]!;
    const next = sql[at + 1];
    if (char === quote) {
      if (next !== quote) return { text, end: at + 1 };
      text += quote;
      at += 2;
    } else if (char === '\\' && style === 'backslash' && next !== undefined) {
      text += escapes[next] ?? (next === '%' || next === '_' ? char + next : next);
      at += 2;
    } else {
      text += char;
      at += 1;
    }
  }
  return { text, end: sql.length };
}
