import { quoteId } from '../../db/quote.js';
import type { ForeignKey } from '../../schema/foreign-keys.js';
import { quoteTable, type TableName } from '../../schema/names.js';
import type { Plan, Refusal } from '../../plan/plan.js';
import { boundedQuery, namedKeys } from '../bounded-query.js';
import { keyTextSql } from '../key-text.js';
import type { TableMapping } from '../../schema/table.js';
import type { Check } from '../context.js';

/** Rows that would violate a foreign key of the change, before anything is copied. */
export const orphans: Check = async (context) => {
  const { plan, resuming } = context;
  if (resuming) return [];
  const refusals: Refusal[] = [];
  for (const key of plan.foreignKeys.added) {
    const sql = orphansSql(plan, key);
    if (sql === null) continue;
    const what = `rows that ${key.name} would refuse`;
    const rows = (await boundedQuery(context, sql, what)) ?? [];
    const total = rows[0]?.['total'];
    if (total === undefined || total === null) continue;
    refusals.push({
      code: 'orphans',
      table: key.child.table,
      message: `${key.child.table}: ${total} value${total === '1' ? '' : 's'} of (${key.columns.join(', ')}) refer to no row of ${key.parent.table}, as ${key.name} demands: ${rows.map((row) => row['k'] ?? '').join(', ')}`,
      remedy: 'Remove or correct these rows first, or leave the foreign key out of the change.',
    });
  }
  return refusals;
};

/** The key's values in today's tables; null when the change makes the columns or the rows itself. */
function orphansSql(plan: Plan, { child, columns, parent, parentColumns }: ForeignKey): string | null {
  const from = todayOf(plan, child, columns);
  const to = todayOf(plan, parent, parentColumns);
  const mapping = mappingOf(plan, child);
  if (from === null || to === null || !mapping) return null;
  const own = from.columns.map((column) => `c.${quoteId(column)}`);
  const match = own.map((sql, i) => `p.${quoteId(to.columns[i]!)} = ${sql}`).join(' AND ');
  const value = keyTextSql(
    from.columns.map((name, i) => ({
      column: mapping.source.columns.find((column) => column.name === name)!,
      sql: own[i]!,
    })),
  );
  return (
    `SELECT ${value} k, COUNT(*) OVER () total FROM ${quoteTable(from.table)} c` +
    ` WHERE ${own.map((sql) => `${sql} IS NOT NULL`).join(' AND ')}` +
    ` AND NOT EXISTS (SELECT 1 FROM ${quoteTable(to.table)} p WHERE ${match}) GROUP BY ${own.join(', ')} LIMIT ${namedKeys}`
  );
}

/** Where a table of the new structure has its rows and columns today. */
function todayOf(
  plan: Plan,
  table: TableName,
  columns: readonly string[],
): { readonly table: TableName; readonly columns: readonly string[] } | null {
  if (plan.moves.some((move) => move.table === table.table)) return null;
  const mapping = mappingOf(plan, table);
  if (!mapping) return { table, columns };
  const own = columns.map((name) => mapping.columns.find(({ shadow }) => shadow.name === name)?.source.name);
  return own.every((name) => name !== undefined) ? { table: mapping.source.name, columns: own } : null;
}

function mappingOf({ tables }: Plan, { table }: TableName): TableMapping | undefined {
  return tables.find(({ shadow }) => shadow.name.table === table);
}
