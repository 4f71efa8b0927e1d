import { comparableValueSql } from '../schema/comparable.js';
import type { TableMapping } from '../schema/table.js';

export type Side = 'source' | 'shadow';

/** Types whose text never holds the separator. */
const selfDelimiting =
  /^(tinyint|smallint|mediumint|int|bigint|decimal|float|double|year|bit|date|datetime|timestamp|time)$/;

/** Types whose values do not count towards the server's limit of a row, 65,535 bytes. */
const unlimited = /(text|blob)$|^(geometry|point|linestring|polygon|multi|json)/;

/**
 * SQL for a 64-bit hash of one row, equal on both sides when the rows are: every copied column in canonical form, NULL apart from
 * the empty string, texts with their length; of long types only their own two CRCs, because a CONCAT beyond max_allowed_packet is NULL, and
 * NULL would be equal to NULL. A plain CRC would be linear (two rows that swap their values would cancel out in
 * BIT_XOR), so two of different polynomials are multiplied; that is three times as fast as MD5. CRC32C needs MariaDB 10.8.
 */
export function rowHashSql(mapping: TableMapping, side: Side, alias: string): string {
  const parts = mapping.columns.map((column) => {
    const comparable = comparableValueSql(column, side, alias);
    if (comparable === null)
      throw new Error(`${mapping.table}.${column[side].name} cannot be compared; preflight refuses it`);
    const delimited = selfDelimiting.test(column.source.dataType) && selfDelimiting.test(column.shadow.dataType);
    if (delimited) return `IFNULL(${comparable},'-'),','`;
    const isLong = unlimited.test(column.source.dataType) || unlimited.test(column.shadow.dataType);
    const told = isLong ? `CRC32(${comparable}),':',CRC32C(${comparable}),','` : comparable;
    return `IFNULL(CONCAT(LENGTH(${comparable}),':',${told}),'-')`;
  });
  const row = `CONCAT(${parts.join(',')})`;
  return `CRC32(${row}) * CRC32C(${row})`;
}
