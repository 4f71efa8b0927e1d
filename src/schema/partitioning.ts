import { tokenize, type Token } from '../util/sql-tokens.js';
import { isSymbol, isWord } from '../util/sql-words.js';

/** Rows have a place by the value of `expression` (RANGE and LIST), or of `columns`, which are the quoted names with commas. */
export interface Partitioning {
  readonly method: 'RANGE' | 'LIST';
  readonly expression: string;
  /** RANGE: the bound behind the last partition, value by value. LIST: the values of all partitions, tuples in parentheses. */
  readonly values: readonly string[];
}

/**
 * How a table's partitions take rows in, when some rows could find no place. Null for tables without partitions, with HASH and KEY, and with a partition
 * for everything else.
 */
export function partitioningOf(createSql: string): Partitioning | null {
  const tokens = tokenize(createSql);
  const by = tokens.findIndex((token, at) => isWord(token, 'BY') && isWord(tokens[at - 1], 'PARTITION'));
  const method = (['RANGE', 'LIST'] as const).find((word) => isWord(tokens[by + 1], word));
  if (by < 0 || method === undefined) return null;
  const open = isWord(tokens[by + 2], 'COLUMNS') ? by + 3 : by + 2;
  const expression = listAt(createSql, tokens, open);
  const definitions = tokens.slice(expression.next);
  if (
    definitions.some((token, at) => isWord(token, 'DEFAULT') && definitions[at - 2]?.text.toUpperCase() === 'PARTITION')
  )
    return null;
  const lists = definitions.flatMap((token, at) => {
    if (!isWord(token, 'VALUES')) return [];
    const start = expression.next + at + (method === 'RANGE' ? 3 : 2);
    return [isSymbol(tokens[start], '(') ? listAt(createSql, tokens, start).items : null];
  });
  const last = lists.at(-1);
  if (last === undefined || last === null) return null;
  return {
    method,
    expression: expression.text,
    values: method === 'RANGE' ? last : lists.flatMap((list) => list ?? []),
  };
}

/** What stands in the parentheses that open at the token `open`: whole, and cut at its commas. */
function listAt(sql: string, tokens: readonly Token[], open: number): { text: string; items: string[]; next: number } {
  const items: string[] = [];
  let depth = 0;
  let start = tokens[open]!.end;
  for (let at = open; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (isSymbol(token, '(')) depth++;
    const closes = isSymbol(token, ')') && --depth === 0;
    if (closes || (depth === 1 && isSymbol(token, ','))) {
      items.push(sql.slice(start, token.start).trim());
      start = token.end;
    }
    if (closes) return { text: sql.slice(tokens[open]!.end, token.start), items, next: at + 1 };
  }
  throw new Error(`unbalanced parentheses in ${sql}`);
}
