import { quoteId } from '../db/quote.js';
import type { Row } from '../db/session.js';
import { fold } from '../plan/column-tracking.js';
import type { Plan } from '../plan/plan.js';
import type { ForeignKey } from '../schema/foreign-keys.js';
import { quoteTable, type TableName } from '../schema/names.js';
import type { Column, ColumnMapping, TableMapping } from '../schema/table.js';
import { namedKeys } from './bounded-query.js';
import { keyTextSql } from './key-text.js';
import { overSource } from './over-source.js';

/**
 * A query for values of a new foreign key that refer to no row, over the rows as the service has them now: `k`, and in each row their number as
 * `total`. Tables that are moved in have theirs in the schema `movedIn`, null while they are nowhere yet. Null when it cannot be told.
 */
export function orphansSql(plan: Plan, key: ForeignKey, movedIn: string | null): string | null {
  const child = sideOf(plan, key.child, key.columns, movedIn);
  const parent = sideOf(plan, key.parent, key.parentColumns, movedIn);
  if (child === null || parent === null) return null;
  const own = key.columns.map((_, i) => `c.v${i}`);
  const match = own.map((sql, i) => `p.v${i} = ${sql}`).join(' AND ');
  const text = keyTextSql(own.map((sql, i) => ({ column: child.columns[i] ?? null, sql })));
  return (
    `SELECT ${text} k, COUNT(*) OVER () total FROM ${child.sql} c` +
    ` WHERE ${own.map((sql) => `${sql} IS NOT NULL`).join(' AND ')}` +
    ` AND NOT EXISTS (SELECT 1 FROM ${parent.sql} p WHERE ${match}) GROUP BY ${own.join(', ')} LIMIT ${namedKeys}`
  );
}

/** What such a query found, as one line; null when it found nothing. */
export function orphansText({ name, child, columns, parent }: ForeignKey, rows: readonly Row[]): string | null {
  const total = rows[0]?.['total'];
  if (total === undefined || total === null) return null;
  const values = rows.map((row) => row['k'] ?? '').join(', ');
  return `${child.table}: ${total} value${total === '1' ? '' : 's'} of (${columns.join(', ')}) refer to no row of ${parent.table}, as ${name} demands: ${values}`;
}

/** One end of a key: a derived table of its values, `v0`, `v1`, …, as the new structure has them. */
interface Side {
  readonly sql: string;
  /** The new structure's, where it is known. */
  readonly columns: readonly (Column | undefined)[];
}

function sideOf(plan: Plan, name: TableName, columns: readonly string[], movedIn: string | null): Side | null {
  const isMoved = plan.moves.some(({ kind, table }) => kind !== 'dropped' && table === name.table);
  if (isMoved) return movedIn === null ? null : plainSide({ schema: movedIn, table: name.table }, columns);
  const mapping = plan.tables.find(({ shadow }) => shadow.name.table === name.table);
  if (!mapping) return plainSide(name, columns);
  const values = columns.map((column) => valueOf(mapping, column));
  if (!values.every((value) => value !== null)) return null;
  const { source, shadow } = mapping;
  return {
    sql: derived(source.name, values),
    columns: columns.map((column) => shadow.columns.find(({ name: own }) => fold(own) === fold(column))),
  };
}

function plainSide(name: TableName, columns: readonly string[]): Side {
  return { sql: derived(name, columns.map(quoteId)), columns: [] };
}

function derived(name: TableName, values: readonly string[]): string {
  return `(SELECT ${values.map((sql, i) => `${sql} v${i}`).join(', ')} FROM ${quoteTable(name)})`;
}

function valueOf(mapping: TableMapping, name: string): string | null {
  const copied = mapping.columns.find(({ shadow }) => fold(shadow.name) === fold(name));
  // Behind a conversion no index is used.
  if (copied && isKept(copied)) return quoteId(copied.source.name);
  return overSource(mapping, copied?.shadow.name ?? name);
}

function isKept({ source, shadow, expression }: ColumnMapping): boolean {
  return expression === null && source.columnType === shadow.columnType && source.collation === shadow.collation;
}
