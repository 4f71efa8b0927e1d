import { isByteExact, isKeyTypeSupported, literalsFit } from '../schema/key-literal.js';
import type { Column, ColumnMapping, DriverKey, Index, Table } from '../schema/table.js';
import { fold } from './column-tracking.js';

/**
 * The key that drives the migration: PRIMARY when it can, else the usable unique key with the fewest columns. Null when there is none.
 * Usable: unique, whole columns, NOT NULL, of types with exact literals that find the row on both sides, copied, and still a unique NOT NULL key in the
 * shadow, in any order.
 */
export function chooseKey(source: Table, shadow: Table, columns: readonly ColumnMapping[]): DriverKey | null {
  const candidates = source.indexes
    .map((index) => asDriverKey(index, shadow, columns))
    .filter((key) => key !== null)
    .sort((a, b) => rank(a) - rank(b));
  return candidates[0] ?? null;
}

function rank(key: DriverKey): number {
  return key.indexName === 'PRIMARY' ? 0 : key.columns.length;
}

function asDriverKey(index: Index, shadow: Table, columns: readonly ColumnMapping[]): DriverKey | null {
  if (!isWholeUniqueTree(index)) return null;
  const mappings = index.parts.map((part) =>
    columns.find(({ source, expression }) => expression === null && fold(source.name) === fold(part.column)),
  );
  if (!mappings.every((mapping) => mapping !== undefined && isUsable(mapping))) return null;
  const own = mappings as ColumnMapping[];
  const shadowColumns = own.map((mapping) => mapping.shadow);
  if (!shadow.indexes.some((candidate) => isKeyOver(candidate, shadowColumns))) return null;
  return {
    indexName: index.name,
    columns: own.map((mapping) => mapping.source),
    shadowColumns,
    byteExact: own.every(({ source, shadow: target }) => isSameType(source, target) && isByteExact(source)),
  };
}

function isWholeUniqueTree(index: Index): boolean {
  return index.unique && index.kind === 'BTREE' && index.parts.every((part) => part.prefixLength === null);
}

function isUsable({ source, shadow }: ColumnMapping): boolean {
  return (
    !source.nullable &&
    !shadow.nullable &&
    source.generated === null &&
    isKeyTypeSupported(source) &&
    isKeyTypeSupported(shadow) &&
    literalsFit(source, shadow)
  );
}

function isKeyOver(index: Index, columns: readonly Column[]): boolean {
  if (!isWholeUniqueTree(index) || index.parts.length !== columns.length) return false;
  return index.parts.every((part) => columns.some((column) => fold(column.name) === fold(part.column)));
}

/** Equal in everything that decides how a value is stored and compared. */
export function isSameType(source: Column, shadow: Column): boolean {
  return source.columnType === shadow.columnType && source.collation === shadow.collation;
}
