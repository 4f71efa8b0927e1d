import type { Refusal } from '../../plan/plan.js';
import { quoteId } from '../../db/quote.js';
import { quoteTable } from '../../schema/names.js';
import { partitioningOf, type Partitioning } from '../../schema/partitioning.js';
import type { TableMapping } from '../../schema/table.js';
import { boundedQuery, namedKeys } from '../bounded-query.js';
import type { Check, PreflightContext } from '../context.js';
import { keyTextSql } from '../key-text.js';
import { expressionOverSource } from '../over-source.js';

/** Rows for which the new partitions have no place. Partitions that the source has in the same words have taken its rows in already. */
export const partitions: Check = async (context) => {
  if (context.resuming) return [];
  const refusals: Refusal[] = [];
  for (const mapping of context.plan.tables) {
    const partitioning = partitioningOf(mapping.shadow.createSql);
    if (partitioning === null) continue;
    if (JSON.stringify(partitioning) === JSON.stringify(partitioningOf(mapping.source.createSql))) continue;
    const value = expressionOverSource(mapping, partitioning.expression);
    const placeless = value === null ? null : placelessSql(value, partitioning);
    if (placeless !== null) refusals.push(...(await placelessRows(context, mapping, partitioning, placeless)));
  }
  return refusals;
};

/** `value` is in parentheses, several columns as a row. Null when it cannot be told. */
function placelessSql(value: string, { method, values }: Partitioning): string | null {
  const isNull = (text: string): boolean => text.toUpperCase() === 'NULL';
  if (method === 'RANGE') {
    // A row lies behind (5, MAXVALUE) when its first value is above 5; that is for the server to find out.
    if (values.some((bound) => bound.toUpperCase() === 'MAXVALUE')) return null;
    return `${value} >= (${values.join(', ')})`;
  }
  if (values.some((tuple) => /^\(.*\bNULL\b/i.test(tuple))) return null;
  const members = values.filter((member) => !isNull(member));
  const isMember = members.length === 0 ? 'FALSE' : `COALESCE(${value} IN (${members.join(', ')}), FALSE)`;
  return values.some(isNull) ? `NOT ${isMember} AND ${value} IS NOT NULL` : `NOT ${isMember}`;
}

async function placelessRows(
  context: PreflightContext,
  { table, source, key }: TableMapping,
  { method, expression }: Partitioning,
  conditionSql: string,
): Promise<Refusal[]> {
  const keyText = keyTextSql(key.columns.map((column) => ({ column, sql: quoteId(column.name) })));
  const rows = await boundedQuery(
    context,
    `SELECT ${keyText} k, COUNT(*) OVER () n FROM ${quoteTable(source.name)} WHERE ${conditionSql} LIMIT ${namedKeys}`,
    `partitions of ${table}`,
  );
  const count = rows?.[0]?.['n'];
  if (count === undefined || count === null) return [];
  const names = key.columns.map(({ name }) => name).join(', ');
  const keys = rows!.map((row) => `(${row['k'] ?? 'NULL'})`).join(', ');
  return [
    {
      code: 'no-partition',
      table,
      message: `${table}: there is no partition by ${method} (${expression}) for ${count} row${count === '1' ? '' : 's'}; (${names}) = ${keys}`,
      remedy: 'Add a partition for them: VALUES LESS THAN MAXVALUE, or DEFAULT.',
    },
  ];
}
