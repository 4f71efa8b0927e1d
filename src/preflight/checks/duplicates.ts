import type { Refusal } from '../../plan/plan.js';
import { quoteTable } from '../../schema/names.js';
import type { Column, Index, TableMapping } from '../../schema/table.js';
import { uniqueKeysHoldAlready } from '../../schema/uniqueness.js';
import { boundedQuery, namedKeys } from '../bounded-query.js';
import type { Check, PreflightContext } from '../context.js';
import { keyTextSql } from '../key-text.js';
import { overSource } from '../over-source.js';

/** Rows that are different now and would be the same under a unique key of the new structure: a new key, or a new type or collation under one. */
export const duplicates: Check = async (context) => {
  if (context.resuming) return [];
  const refusals: Refusal[] = [];
  for (const mapping of context.plan.tables) {
    for (const index of mapping.shadow.indexes) {
      if (!index.unique || holdsAlready(mapping, index)) continue;
      refusals.push(...(await checkKey(context, mapping, index)));
    }
  }
  return refusals;
};

function holdsAlready(mapping: TableMapping, index: Index): boolean {
  return uniqueKeysHoldAlready({ ...mapping, shadow: { ...mapping.shadow, indexes: [index] } });
}

interface Part {
  readonly column: Column;
  /** The value as the shadow's key compares it. */
  readonly sql: string;
}

async function checkKey(context: PreflightContext, mapping: TableMapping, index: Index): Promise<Refusal[]> {
  const parts = comparedParts(mapping, index);
  if (parts === null) return [];
  const names = index.parts.map(({ column }) => column).join(', ');
  const grouped = parts.map(({ sql }) => sql);
  const rows = await boundedQuery(
    context,
    `SELECT ${parts.length === 0 ? "'all rows'" : keyTextSql(parts.map(({ column, sql }) => ({ column, sql: `MIN(${sql})` })))} k,
       COUNT(*) n, COUNT(*) OVER () total
     FROM ${quoteTable(mapping.source.name)}
     ${parts.length === 0 ? '' : `WHERE ${grouped.map((sql) => `${sql} IS NOT NULL`).join(' AND ')} GROUP BY ${grouped.join(', ')}`}
     HAVING COUNT(*) > 1 LIMIT ${namedKeys}`,
    `duplicates under ${mapping.table}.${index.name} (${names})`,
  );
  const [first] = rows ?? [];
  if (!first) return [];
  const values = rows!.map((row) => `(${row['k'] ?? ''}) in ${row['n'] ?? ''} rows`).join(', ');
  return [
    {
      code: 'duplicates',
      table: mapping.table,
      message: `${mapping.table}: ${first['total'] ?? ''} value${first['total'] === '1' ? '' : 's'} of (${names}) would be twice under the unique key ${index.name}: ${values}`,
      remedy: 'Make these rows different or remove what is twice, or leave the key not unique.',
    },
  ];
}

/** What the key compares, of the source. A new column with a constant default is the same in all rows. Null when it cannot be told. */
function comparedParts(mapping: TableMapping, index: Index): Part[] | null {
  const parts: Part[] = [];
  for (const { column: name, prefixLength } of index.parts) {
    const sql = overSource(mapping, name);
    const column = mapping.shadow.columns.find((candidate) => candidate.name === name);
    if (sql === null || sql === 'NULL' || !column) return null; // NULLs are never twice
    const copied = mapping.columns.find(({ shadow }) => shadow.name === name);
    if (!copied && column.generated === null) continue;
    parts.push({
      column: copied?.source ?? column,
      sql: prefixLength === null ? sql : `LEFT(${sql}, ${prefixLength})`,
    });
  }
  return parts;
}
