import type { Index, TableMapping } from '../schema/table.js';
import { fold } from './column-tracking.js';
import { stepText, type JudgedStep } from './data-steps.js';
import { lostColumns, newColumns } from './mapping.js';
import type { Plan, Refusal } from './plan.js';
import { describeSource } from './source.js';

/** The plan as an operator reads it: per table what becomes of columns and indexes, then warnings, refusals with their remedies, the hash. */
export function formatPlan(
  plan: Plan,
  { refusals, connections }: { readonly refusals: readonly Refusal[]; readonly connections: number },
): string {
  const { source } = plan.origin.change;
  const from = source.kind === 'statements' ? '' : `, from ${describeSource(source)}`;
  const sections = [
    [`Plan for database ${plan.database}${from}`],
    ...plan.tables.map((mapping) => tableLines(plan, mapping)),
    ...otherTables(plan),
    ...stepSection(plan.origin.dataSteps),
    ...(plan.warnings.length === 0 ? [] : [['Warnings', ...plan.warnings.map((warning) => `  - ${warning}`)]]),
    ...(refusals.length === 0 ? [] : [['Refused', ...refusals.flatMap(refusalLines)]]),
    [`Connections needed: up to ${connections}`, `Plan hash ${plan.hash}`],
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function refusalLines(refusal: Refusal): string[] {
  return [`  - ${refusal.code}: ${refusal.message}`, `    ${refusal.remedy}`];
}

function tableLines(plan: Plan, mapping: TableMapping): string[] {
  const instant = plan.instantTables.includes(mapping.table);
  const statements = plan.statements.filter(({ table }) => table === mapping.table);
  const { name } = mapping.shadow;
  const facts: [string, readonly string[]][] = [
    ['becomes', name.table === mapping.table ? [] : [name.table]],
    ['statement', statements.map(({ sql }) => sql.replaceAll(/\s+/g, ' '))],
    ['method', [instant ? 'copy; the server could do it at once, without copying: see --instant' : 'copy']],
    ['key', [`${mapping.key.indexName} (${mapping.key.columns.map(({ name }) => name).join(', ')})`]],
    ['columns copied', [String(mapping.columns.filter(({ expression }) => expression === null).length)]],
    ['renamed', renamedColumns(plan, mapping)],
    ['computed', computedColumns(mapping)],
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

/** With the reason to believe it. */
function renamedColumns(plan: Plan, mapping: TableMapping): string[] {
  const { renames } = plan.origin.change.declared;
  return Object.entries(mapping.renames).map(([from, to]) => {
    const isDeclared = renames.some((rename) => fold(rename.from) === fold(from) && fold(rename.to) === fold(to));
    return `${from} to ${to} (${isDeclared ? 'declared' : 'by the statements'})`;
  });
}

function computedColumns({ columns }: TableMapping): string[] {
  return columns.flatMap(({ shadow, expression }) => (expression === null ? [] : [`${shadow.name} = ${expression}`]));
}

const moveTitles = {
  created: 'New tables, moved in with their rows',
  dropped: 'Dropped tables, retired',
  replaced: 'Tables replaced by those of the migration',
} as const;

function otherTables({ moves, origin }: Plan): string[][] {
  const sections = (['created', 'replaced', 'dropped'] as const).map((kind) => {
    const own = moves.filter((move) => move.kind === kind);
    const rowsOf = (table: string): number => origin.moved.find((moved) => moved.table === table)?.rows ?? 0;
    const lines = own.map(({ table }) => `  - ${table}${kind === 'dropped' ? '' : ` (${rowsOf(table)} rows)`}`);
    return own.length === 0 ? [] : [moveTitles[kind], ...lines];
  });
  const untouched = origin.untouched === 0 ? [] : [`Untouched tables: ${origin.untouched}`];
  return [...sections, untouched].filter((lines) => lines.length > 0);
}

const stepWords = { open: 'open', mapped: 'covered by expressions', accepted: 'accepted' } as const;

function stepSection(steps: readonly JudgedStep[]): string[][] {
  if (steps.length === 0) return [];
  const lines = steps.map((step) => `  - ${step.tables.join(', ')} (${stepWords[step.status]}): ${stepText(step)}`);
  return [['Data steps, which had no rows to work on', ...lines]];
}

function changedTypes(mapping: TableMapping): string[] {
  return mapping.columns.flatMap(({ source, shadow, expression }) => {
    if (expression !== null) return [];
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
