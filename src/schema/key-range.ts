import { keyAfterSql, keyUpToSql } from './key-literal.js';
import type { Column, KeyLiteral } from './table.js';

/** A range of a key in index order: after `after`, up to and including `upTo`; null is open. */
export interface KeyRange {
  readonly after: KeyLiteral | null;
  readonly upTo: KeyLiteral | null;
}

/** The WHERE condition of a range over the key columns of `alias`. */
export function keyRangeSql(columns: readonly Column[], alias: string, range: KeyRange): string {
  const conditions = [
    ...(range.after === null ? [] : [keyAfterSql(columns, alias, range.after)]),
    ...(range.upTo === null ? [] : [keyUpToSql(columns, alias, range.upTo)]),
  ];
  return conditions.length === 0 ? 'TRUE' : conditions.map((condition) => `(${condition})`).join(' AND ');
}
