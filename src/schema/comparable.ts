import { quoteId } from '../db/quote.js';
import { storedSql, valueSql } from './expression.js';
import { membersOf } from './members.js';
import type { Column, ColumnMapping } from './table.js';

export type Side = 'source' | 'shadow';

/** A column before and after the change. */
export type ColumnPair = Pick<ColumnMapping, 'source' | 'shadow'>;

/**
 * SQL that turns a column's value into canonical text or bytes: what the conversion kept whole is equal on both sides, what it lost is not.
 * NULL stays NULL. `columnSql` is the quoted column. To be run in an engine session: UTC, and a sql_mode that casts stored values as they are.
 *
 * Null when this pair of types cannot be proven: such a change is refused.
 *
 * | pair | compared by |
 * |---|---|
 * | same type | raw bytes; numbers and temporals as text, FLOAT as the DOUBLE that it is, ENUM, SET and BIT by number |
 * | CHAR, VARCHAR, TEXT, ENUM, SET among each other | bytes in utf8mb4 |
 * | BINARY, VARBINARY, BLOB among each other | bytes; BINARY(n) to BINARY(m) padded with zeros to the longer |
 * | integers, DECIMAL, BIT, YEAR among each other | exact decimals of the larger scale |
 * | FLOAT, DOUBLE | DOUBLE |
 * | DATE, DATETIME; TIME; TIMESTAMP, each with other precision | six fractional digits |
 * | integers, DECIMAL, UUID, INET to CHAR, VARCHAR, TEXT | text |
 * | geometries | raw bytes |
 */
export function comparableSql(mapping: ColumnPair, side: Side, columnSql: string): string | null {
  const { source, shadow } = mapping;
  const from = familyOf(source);
  const to = familyOf(shadow);
  if (from === null || to === null) return null;
  // As text a BIT is its bytes, and those that are no characters would all be '?'.
  if (source.dataType === 'bit' && shadow.dataType === 'bit') return `CAST(${columnSql} AS UNSIGNED)`;
  if (source.columnType === shadow.columnType && source.charset === shadow.charset) return sameType(from, columnSql);
  if (isText(from) && isText(to)) return texts(mapping, side, columnSql);
  if (from === 'number' && to === 'number') return numbers(mapping, columnSql);
  if ((from === 'number' || from === 'textual') && to === 'string') return numberToText(mapping, side, columnSql);
  if (from === 'bytes' && to === 'bytes') return bytes(mapping, columnSql);
  if (from !== to) return null;
  switch (from) {
    case 'float':
      return `CAST(${columnSql} AS DOUBLE)`;
    case 'date':
    case 'timestamp':
      return `CAST(${columnSql} AS DATETIME(6))`;
    case 'time':
      return `CAST(${columnSql} AS TIME(6))`;
    case 'geometry':
      return asBytes(columnSql);
    default:
      return null;
  }
}

/** The same for a whole row `alias`: of a column that is computed, the source's side is what the shadow would store. */
export function comparableValueSql(mapping: ColumnMapping, side: Side, alias: string): string | null {
  if (side === 'shadow' || mapping.expression === null) {
    return comparableSql(mapping, side, `${alias}.${quoteId(mapping[side].name)}`);
  }
  const stored = storedSql(mapping.shadow, valueSql(mapping, alias));
  return stored && comparableSql(mapping, side, stored);
}

type Family =
  | 'number'
  | 'float'
  | 'string'
  | 'enum'
  | 'set'
  | 'bytes'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'geometry'
  /** Types of their own with one canonical text. */
  | 'textual';

/** Types that nobody has thought about are missing here, and so refused (I6). */
const families: Readonly<Record<string, Family>> = {
  tinyint: 'number',
  smallint: 'number',
  mediumint: 'number',
  int: 'number',
  bigint: 'number',
  decimal: 'number',
  bit: 'number',
  year: 'number',
  float: 'float',
  double: 'float',
  char: 'string',
  varchar: 'string',
  tinytext: 'string',
  text: 'string',
  mediumtext: 'string',
  longtext: 'string',
  enum: 'enum',
  set: 'set',
  binary: 'bytes',
  varbinary: 'bytes',
  tinyblob: 'bytes',
  blob: 'bytes',
  mediumblob: 'bytes',
  longblob: 'bytes',
  date: 'date',
  datetime: 'date',
  time: 'time',
  timestamp: 'timestamp',
  geometry: 'geometry',
  point: 'geometry',
  linestring: 'geometry',
  polygon: 'geometry',
  multipoint: 'geometry',
  multilinestring: 'geometry',
  multipolygon: 'geometry',
  geometrycollection: 'geometry',
  uuid: 'textual',
  inet4: 'textual',
  inet6: 'textual',
};

function familyOf(column: Column): Family | null {
  return Object.hasOwn(families, column.dataType) ? families[column.dataType]! : null;
}

function isText(family: Family): boolean {
  return family === 'string' || family === 'enum' || family === 'set';
}

function asBytes(sql: string): string {
  return `CAST(${sql} AS BINARY)`;
}

function sameType(family: Family, sql: string): string {
  switch (family) {
    case 'string':
    case 'bytes':
    case 'geometry':
      return asBytes(sql);
    case 'enum':
    case 'set':
      // By number: the index 0 of an invalid value prints like a member ''.
      return `CAST(${sql} AS UNSIGNED)`;
    case 'float':
      // A FLOAT prints six digits only.
      return `CAST(${sql} AS DOUBLE)`;
    case 'number':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'textual':
      return `CAST(${sql} AS CHAR)`;
  }
}

/** Charsets that convert to utf8mb4 without loss, whatever is stored. */
const unicodeCharsets = new Set(['utf8mb3', 'utf8mb4', 'utf8', 'ucs2', 'utf16', 'utf16le', 'utf32', 'ascii']);

function texts({ source, shadow }: ColumnPair, side: Side, sql: string): string | null {
  // The text of a SET lists its members in their order.
  if (source.dataType === 'set' && shadow.dataType === 'set' && !isSameOrder(membersOf(source), membersOf(shadow))) {
    return null;
  }
  if (source.charset === shadow.charset) return asBytes(sql);
  const unicode = asBytes(`CONVERT(${sql} USING utf8mb4)`);
  if (side === 'shadow' || unicodeCharsets.has(source.charset ?? '')) return unicode;
  // A byte that its charset has no character for would become '?' on both sides. 0xFF is in no utf8mb4 text.
  const back = asBytes(`CONVERT(CONVERT(${sql} USING utf8mb4) USING ${source.charset ?? 'binary'})`);
  return `IF(${back} = ${asBytes(sql)}, ${unicode}, CONCAT(x'FF', ${asBytes(sql)}))`;
}

function isSameOrder(a: readonly string[], b: readonly string[]): boolean {
  const common = a.filter((member) => b.includes(member));
  return common.join('\0') === b.filter((member) => common.includes(member)).join('\0');
}

const integerDigits: Readonly<Record<string, number>> = {
  tinyint: 3,
  smallint: 5,
  mediumint: 8,
  int: 10,
  bigint: 20,
  bit: 20,
  year: 4,
};

/** Digits of the server's widest DECIMAL. */
const maxDecimalDigits = 65;

function numbers({ source, shadow }: ColumnPair, sql: string): string | null {
  if ([source, shadow].some((column) => column.columnType === 'year(2)')) return null;
  const scale = Math.max(source.numericScale ?? 0, shadow.numericScale ?? 0);
  const whole = Math.max(wholeDigits(source), wholeDigits(shadow));
  // A cast that overflows would make different values equal.
  if (whole + scale > maxDecimalDigits) return null;
  return `CAST(${sql} AS DECIMAL(${maxDecimalDigits},${scale}))`;
}

function wholeDigits(column: Column): number {
  return integerDigits[column.dataType] ?? (column.numericPrecision ?? 0) - (column.numericScale ?? 0);
}

function numberToText({ source }: ColumnPair, side: Side, sql: string): string | null {
  // INSERT … SELECT writes 5 where ALTER TABLE and a cast write 00005, and 0 for the year 0000.
  if (['bit', 'year'].includes(source.dataType) || / zerofill\b/.test(source.columnType)) return null;
  return side === 'source' ? `CAST(${sql} AS CHAR)` : asBytes(`CONVERT(${sql} USING utf8mb4)`);
}

function bytes({ source, shadow }: ColumnPair, sql: string): string | null {
  if (shadow.dataType !== 'binary') return asBytes(sql);
  // The padding of a BINARY cannot be told from zeros that belong to the value, unless the source is padded as well.
  if (source.dataType !== 'binary') return null;
  const length = Math.max(source.maxLength ?? 0, shadow.maxLength ?? 0);
  return `RPAD(${asBytes(sql)}, ${length}, x'00')`;
}
