import type { Index, TableMapping } from '../schema/table.js';
import { lostColumns, newColumns } from './mapping.js';
import type { Plan, Refusal } from './plan.js';

/** The plan as an operator reads it: per table what becomes of columns and indexes, then warnings, refusals with their remedies, the hash. */
export function formatPlan(plan: Plan, refusals: readonly Refusal[]): string {
  const sections = [
    [`Plan for database ${plan.database}`],
    ...plan.tables.map((mapping) => tableLines(plan, mapping)),
    ...(plan.warnings.length === 0 ? [] : [['Warnings', ...plan.warnings.map((warning) => `  - ${warning}`)]]),
    ...(refusals.length === 0 ? [] : [['Refused', ...refusals.flatMap(refusalLines)]]),
    [`Plan hash ${plan.hash}`],
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function refusalLines(refusal: Refusal): string[] {
  return [`  - ${refusal.code}: ${refusal.message}`, `    ${refusal.remedy}`];
}

function tableLines(plan: Plan, mapping: TableMapping): string[] {
  const instant = plan.instantTables.includes(mapping.table);
  const statements = plan.statements.filter(({ table }) => table === mapping.table);
  const facts: [string, readonly string[]][] = [
    ['statement', statements.map(({ sql }) => sql.replaceAll(/\s+/g, ' '))],
    ['method', [instant ? 'copy; the server could do it at once, without copying: see --instant' : 'copy']],
    ['key', [`${mapping.key.indexName} (${mapping.key.columns.map(({ name }) => name).join(', ')})`]],
    ['columns copied', [String(mapping.columns.length)]],
    ['renamed', Object.entries(mapping.renames).map(([from, to]) => `${from} to ${to}`)],
    ['added', newColumns(mapping).map(({ name, columnType }) => `${name} ${columnType}`)],
    ['dropped', lostColumns(mapping).map(({ name }) => name)],
    ['type changed', changedTypes(mapping)],
    ['indexes added', indexesOnlyIn(mapping.shadow.indexes, mapping.source.indexes)],
    ['indexes dropped', indexesOnlyIn(mapping.source.indexes, mapping.shadow.indexes)],
  ];
  const lines = facts.flatMap(([label, values]) =>
    values.map((value, i) => `  ${(i === 0 ? label : '').padEnd(16)} ${value}`),
  );
  return [`Table ${mapping.table}`, ...lines];
}

function changedTypes(mapping: TableMapping): string[] {
  return mapping.columns.flatMap(({ source, shadow }) => {
    const from = typeText(source);
    const to = typeText(shadow);
    return from === to ? [] : [`${shadow.name} from ${from} to ${to}`];
  });
}

function typeText(column: TableMapping['source']['columns'][number]): string {
  const collation = column.collation === null ? '' : ` COLLATE ${column.collation}`;
  return `${column.columnType}${collation}${column.nullable ? '' : ' NOT NULL'}`;
}

function indexesOnlyIn(own: readonly Index[], others: readonly Index[]): string[] {
  const known = new Set(others.map(indexText));
  return own.map(indexText).filter((text) => !known.has(text));
}

function indexText(index: Index): string {
  const parts = index.parts.map(({ column, prefixLength }) =>
    prefixLength === null ? column : `${column}(${prefixLength})`,
  );
  const kind = index.unique ? 'UNIQUE ' : index.kind === 'BTREE' ? '' : `${index.kind} `;
  return `${kind}${index.name} (${parts.join(', ')})`;
}
