import type { Index, Table, TableMapping } from './table.js';

/**
 * Whether every unique key of the shadow holds for the source already. Then a row that REPLACE evicts through another unique key is
 * an older version whose own change is still pending, and comes back by it. Where the change makes something unique that was not, an
 * eviction could be the silent loss of a row: such tables are filled with INSERT, and a duplicate is an error.
 */
export function uniqueKeysHoldAlready(mapping: TableMapping): boolean {
  return mapping.shadow.indexes.filter((index) => index.unique).every((index) => isImplied(mapping, index));
}

function isImplied(mapping: TableMapping, shadowIndex: Index): boolean {
  return mapping.source.indexes.some(
    (sourceIndex) =>
      sourceIndex.unique &&
      sourceIndex.parts.every((part) => {
        const column = mapping.columns.find(
          ({ source, expression }) => expression === null && source.name === part.column,
        );
        const target = column && shadowIndex.parts.find((candidate) => candidate.column === column.shadow.name);
        if (!column || !target) return false;
        const sameComparison =
          column.source.columnType === column.shadow.columnType && column.source.collation === column.shadow.collation;
        const widerNumber = /int$/.test(column.source.dataType) && /int$/.test(column.shadow.dataType);
        return (sameComparison || widerNumber) && target.prefixLength === part.prefixLength;
      }),
  );
}

/** The server has no REPLACE for a table with such a key. */
export function hasPeriodKey({ createSql }: Table): boolean {
  return / WITHOUT OVERLAPS\)/.test(createSql);
}
