import { tokenize } from '../util/sql-tokens.js';
import type { Column } from './table.js';

/** Members of an ENUM or SET column in their order; empty for any other type. */
export function membersOf(column: Pick<Column, 'dataType' | 'columnType'>): string[] {
  if (column.dataType !== 'enum' && column.dataType !== 'set') return [];
  return tokenize(column.columnType)
    .filter((token) => token.kind === 'string')
    .map((token) => token.text);
}
