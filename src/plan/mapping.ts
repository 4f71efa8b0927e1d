import { columnsRead } from '../schema/expression.js';
import type { Column, ColumnMapping, Table, TableMapping } from '../schema/table.js';
import { fold, type TrackedColumn } from './column-tracking.js';
import { chooseKey } from './driver-key.js';
import type { Refusal } from './plan.js';

/** A table's mapping, or why there is none. */
export type MappingResult =
  | { readonly mapping: TableMapping; readonly refusals: readonly [] }
  | { readonly mapping: null; readonly refusals: readonly Refusal[] };

/**
 * Derives how the shadow is filled from the source. `tracked` is what the statements claim about columns; the server's own word on both
 * structures decides, and where they disagree the table is refused. `computed` columns are filled by expressions.
 */
export function mapTable(
  source: Table,
  shadow: Table,
  tracked: readonly TrackedColumn[],
  computed: readonly ColumnMapping[] = [],
): MappingResult {
  const table = source.name.table;
  const refuse = (code: string, message: string, remedy: string): MappingResult => ({
    mapping: null,
    refusals: [{ code, table, message, remedy }],
  });
  const disagreement = findDisagreement(source, shadow, tracked);
  if (disagreement !== null) {
    return refuse(
      'ambiguous-columns',
      `${table}: ${disagreement}; which column becomes which cannot be told`,
      'Write the change as separate ADD, DROP and RENAME COLUMN or CHANGE clauses, one statement each if need be.',
    );
  }
  const origins = new Map(tracked.map((column) => [fold(column.name), column.origin]));
  const columns: ColumnMapping[] = [];
  const renames: Record<string, string> = {};
  for (const target of shadow.columns) {
    const own = computed.find((column) => fold(column.shadow.name) === fold(target.name));
    if (own) {
      columns.push(own);
      continue;
    }
    const origin = columnNamed(source, origins.get(fold(target.name)) ?? null);
    if (!origin) continue;
    if (origin.name !== target.name) renames[origin.name] = target.name;
    if (target.generated === null) columns.push({ source: origin, shadow: target, expression: null });
  }
  const key = chooseKey(source, shadow, columns);
  if (!key) {
    return refuse(
      'no-usable-key',
      `${table} has no unique key that can drive the migration, before and after the change`,
      'Keep or add a PRIMARY KEY or a UNIQUE key of NOT NULL columns (no prefixes, no TEXT, BLOB, FLOAT or generated columns) that the change leaves unique, and whose columns do not become a type of another kind (a number or an ENUM a text, an ENUM or SET with its members in another order, a longer BINARY).',
    );
  }
  return { mapping: { table, source, shadow, key, columns, renames }, refusals: [] };
}

/** What does not agree between the statements' claim and the server's two structures; null when all does. */
function findDisagreement(source: Table, shadow: Table, tracked: readonly TrackedColumn[]): string | null {
  const claimed = new Set(tracked.map((column) => fold(column.name)));
  const missing = shadow.columns.find((column) => !claimed.has(fold(column.name)));
  if (missing) return `the server has a column ${missing.name} that no clause was seen to make`;
  const extra = tracked.find((column) => !columnNamed(shadow, column.name));
  if (extra) return `the server has no column ${extra.name}`;
  if (claimed.size !== tracked.length) return 'two columns have the same name';
  const unknown = tracked.find((column) => column.origin !== null && !columnNamed(source, column.origin));
  return unknown ? `the source has no column ${unknown.origin ?? ''}` : null;
}

function columnNamed(table: Table, name: string | null): Column | null {
  if (name === null) return null;
  return table.columns.find((column) => fold(column.name) === fold(name)) ?? null;
}

/** Columns of the shadow that have no source. */
export function newColumns(mapping: TableMapping): Column[] {
  const fromSource = new Set([
    ...mapping.columns.map((column) => column.shadow.name),
    ...Object.values(mapping.renames),
  ]);
  const sourceNames = new Set(mapping.source.columns.map((column) => fold(column.name)));
  return mapping.shadow.columns.filter(
    (column) => !fromSource.has(column.name) && !(column.generated !== null && sourceNames.has(fold(column.name))),
  );
}

/** Columns of the source whose values are not kept, neither as they are nor in an expression. */
export function lostColumns(mapping: TableMapping): Column[] {
  const kept = new Set(
    mapping.columns.flatMap(({ source, expression }) =>
      expression === null ? [source.name] : columnsRead(expression),
    ),
  );
  return mapping.source.columns.filter((column) => column.generated === null && !kept.has(column.name));
}
