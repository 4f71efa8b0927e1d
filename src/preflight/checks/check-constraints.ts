import { quoteId } from '../../db/quote.js';
import type { Refusal } from '../../plan/plan.js';
import { checkConstraintsOf, type CheckConstraint } from '../../schema/check-text.js';
import { columnsRead } from '../../schema/expression.js';
import { quoteTable } from '../../schema/names.js';
import type { TableMapping } from '../../schema/table.js';
import { boundedQuery, namedKeys } from '../bounded-query.js';
import type { Check, PreflightContext } from '../context.js';
import { keyTextSql } from '../key-text.js';
import { overSource } from '../over-source.js';

/**
 * Rows that a CHECK constraint of the new structure would refuse. Also one that is there already: rows may violate it since `check_constraint_checks`
 * was off. Constraints over columns whose values cannot be told beforehand are left to the copy.
 */
export const checkConstraints: Check = async (context) => {
  if (context.resuming) return [];
  const refusals: Refusal[] = [];
  for (const mapping of context.plan.tables) {
    const known = checkConstraintsOf(mapping.shadow.createSql).filter(({ expression }) =>
      columnsRead(expression).every((column) => overSource(mapping, column) !== null),
    );
    if (known.length > 0) refusals.push(...(await checkTable(context, mapping, known)));
  }
  return refusals;
};

async function checkTable(
  context: PreflightContext,
  mapping: TableMapping,
  constraints: readonly CheckConstraint[],
): Promise<Refusal[]> {
  const counts = constraints.map(({ expression }, i) => `COALESCE(SUM(NOT (${expression})), 0) n${i}`);
  const rows = await boundedQuery(
    context,
    `SELECT ${counts.join(', ')} FROM ${newRowsSql(mapping)} x`,
    `CHECK constraints of ${mapping.table}`,
  );
  const refusals: Refusal[] = [];
  for (const [i, constraint] of constraints.entries()) {
    const count = Number(rows?.[0]?.[`n${i}`] ?? 0);
    if (count === 0) continue;
    refusals.push({
      code: 'check-violated',
      table: mapping.table,
      message: `${mapping.table}: ${count} row${count === 1 ? '' : 's'} violate${count === 1 ? 's' : ''} CHECK (${constraint.expression}) of ${constraint.name}${await keysOf(context, mapping, constraint)}`,
      remedy: 'Correct these rows first, or leave the constraint out.',
    });
  }
  return refusals;
}

/** The source's rows with the columns of the new structure whose values can be told, and `$key`. */
function newRowsSql(mapping: TableMapping): string {
  const values = mapping.shadow.columns.flatMap(({ name }) => {
    const sql = overSource(mapping, name);
    return sql === null ? [] : [`${sql} ${quoteId(name)}`];
  });
  const key = keyTextSql(mapping.key.columns.map((column) => ({ column, sql: `s.${quoteId(column.name)}` })));
  return `(SELECT ${[...values, `${key} ${quoteId('$key')}`].join(', ')} FROM ${quoteTable(mapping.source.name)} s)`;
}

async function keysOf(
  context: PreflightContext,
  mapping: TableMapping,
  { name, expression }: CheckConstraint,
): Promise<string> {
  const rows = await boundedQuery(
    context,
    `SELECT ${quoteId('$key')} k FROM ${newRowsSql(mapping)} x WHERE NOT (${expression}) LIMIT ${namedKeys}`,
    `the rows that violate ${mapping.table}.${name}`,
  );
  const names = mapping.key.columns.map((column) => column.name).join(', ');
  const keys = (rows ?? []).map((row) => `(${row['k'] ?? 'NULL'})`);
  return keys.length === 0 ? '' : `; (${names}) = ${keys.join(', ')}`;
}
