import { quoteId } from '../../db/quote.js';
import type { Refusal } from '../../plan/plan.js';
import { quoteTable } from '../../schema/names.js';
import type { TableMapping } from '../../schema/table.js';
import { boundedQuery, namedKeys } from '../bounded-query.js';
import type { Check, PreflightContext } from '../context.js';
import { keyTextSql } from '../key-text.js';
import { valueRisks, type ValueRisk } from '../value-risks.js';

interface ColumnRisk extends ValueRisk {
  readonly column: string;
}

/** Counts, in one pass per table, the values that the new structure cannot hold, and names the rows. */
export const valuesFit: Check = async (context) => {
  if (context.resuming) return [];
  const refusals: Refusal[] = [];
  for (const mapping of context.plan.tables) {
    const risks = mapping.columns.flatMap((column) =>
      valueRisks(column).map((risk): ColumnRisk => ({
        ...risk,
        column: column.expression === null ? column.source.name : column.shadow.name,
      })),
    );
    if (risks.length > 0) refusals.push(...(await checkTable(context, mapping, risks)));
  }
  return refusals;
};

async function checkTable(
  context: PreflightContext,
  mapping: TableMapping,
  risks: readonly ColumnRisk[],
): Promise<Refusal[]> {
  const counts = risks.map((risk, i) => `COALESCE(SUM(${risk.conditionSql}), 0) n${i}`);
  const columns = [...new Set(risks.map(({ column }) => column))].join(', ');
  const rows = await boundedQuery(
    context,
    `SELECT ${counts.join(', ')} FROM ${quoteTable(mapping.source.name)}`,
    `values of ${mapping.table} (${columns})`,
  );
  const refusals: Refusal[] = [];
  for (const [i, risk] of risks.entries()) {
    const count = Number(rows?.[0]?.[`n${i}`] ?? 0);
    if (count === 0) continue;
    refusals.push({
      code: risk.code,
      table: mapping.table,
      message: `${mapping.table}.${risk.column}: ${count} value${count === 1 ? '' : 's'} ${risk.what}${await keysOf(context, mapping, risk)}`,
      remedy: risk.remedy,
    });
  }
  return refusals;
}

async function keysOf(context: PreflightContext, mapping: TableMapping, risk: ColumnRisk): Promise<string> {
  const rows = await boundedQuery(
    context,
    `SELECT ${keyTextSql(mapping.key.columns.map((column) => ({ column, sql: quoteId(column.name) })))} k
     FROM ${quoteTable(mapping.source.name)} WHERE ${risk.conditionSql} LIMIT ${namedKeys}`,
    `the rows of ${mapping.table}.${risk.column}`,
  );
  const keys = (rows ?? []).map((row) => row['k'] ?? 'NULL');
  const names = mapping.key.columns.map(({ name }) => name).join(', ');
  return keys.length === 0 ? '' : `; (${names}) = ${keys.map((key) => `(${key})`).join(', ')}`;
}
