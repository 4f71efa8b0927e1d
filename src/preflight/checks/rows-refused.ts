import type { Refusal } from '../../plan/plan.js';
import { quoteId } from '../../db/quote.js';
import { quoteTable } from '../../schema/names.js';
import { checksOf, partitioningOf, type Partitioning } from '../../schema/table-clauses.js';
import type { TableMapping } from '../../schema/table.js';
import { boundedQuery, namedKeys } from '../bounded-query.js';
import type { Check, PreflightContext } from '../context.js';
import { keyTextSql } from '../key-text.js';
import { expressionOverSource } from '../over-source.js';

/** Why the new structure as a whole would refuse a row. */
interface Obstacle {
  readonly code: string;
  /** Reads after a count of rows. */
  readonly what: string;
  /** True (1) for a row that is refused. */
  readonly conditionSql: string;
  readonly remedy: string;
}

/** Rows that a new CHECK constraint refuses, or for which new partitions have no place. What the source has in the same words holds already. */
export const rowsRefused: Check = async (context) => {
  if (context.resuming) return [];
  const refusals: Refusal[] = [];
  for (const mapping of context.plan.tables) {
    for (const obstacle of [...checkObstacles(mapping), ...partitionObstacles(mapping)])
      refusals.push(...(await refusedRows(context, mapping, obstacle)));
  }
  return refusals;
};

function checkObstacles(mapping: TableMapping): Obstacle[] {
  const before = checksOf(mapping.source.createSql);
  return checksOf(mapping.shadow.createSql)
    .filter((check) => !before.includes(check))
    .flatMap((check) => {
      const sql = expressionOverSource(mapping, check);
      if (sql === null) return [];
      return {
        code: 'check-violations',
        what: `against CHECK (${check})`,
        conditionSql: `NOT ${sql}`,
        remedy: 'Correct these rows first, or leave the constraint out.',
      };
    });
}

function partitionObstacles(mapping: TableMapping): Obstacle[] {
  const partitioning = partitioningOf(mapping.shadow.createSql);
  if (partitioning === null) return [];
  const before = partitioningOf(mapping.source.createSql);
  if (before !== null && JSON.stringify(before) === JSON.stringify(partitioning)) return [];
  const value = expressionOverSource(mapping, partitioning.expression);
  const conditionSql = value === null ? null : placelessSql(value, partitioning);
  if (conditionSql === null) return [];
  return [
    {
      code: 'no-partition',
      what: `for which there is no partition by ${partitioning.method} (${partitioning.expression})`,
      conditionSql,
      remedy: 'Add a partition for them: VALUES LESS THAN MAXVALUE, or DEFAULT.',
    },
  ];
}

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

async function refusedRows(
  context: PreflightContext,
  { table, source, key }: TableMapping,
  { code, what, conditionSql, remedy }: Obstacle,
): Promise<Refusal[]> {
  const keyText = keyTextSql(key.columns.map((column) => ({ column, sql: quoteId(column.name) })));
  const rows = await boundedQuery(
    context,
    `SELECT ${keyText} k, COUNT(*) OVER () n FROM ${quoteTable(source.name)} WHERE ${conditionSql} LIMIT ${namedKeys}`,
    `rows of ${table} ${what}`,
  );
  const count = rows?.[0]?.['n'];
  if (count === undefined || count === null) return [];
  const names = key.columns.map(({ name }) => name).join(', ');
  const keys = rows!.map((row) => `(${row['k'] ?? 'NULL'})`).join(', ');
  return [
    {
      code,
      table,
      message: `${table}: ${count} row${count === '1' ? '' : 's'} ${what}; (${names}) = ${keys}`,
      remedy,
    },
  ];
}
