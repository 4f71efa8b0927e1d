import { quoteId } from '../db/quote.js';
import { membersOf } from './members.js';
import type { Column, KeyLiteral } from './table.js';

/**
 * How a key's value is written as an exact SQL literal. The same value has the same text whether the server writes it (`keySelectSql`) or the
 * binlog's bytes are decoded (`binlog/key-decoder.ts`); the text finds exactly its row by index access in a session with time_zone '+00:00'.
 *
 * | types | literal |
 * |---|---|
 * | integers, YEAR, ENUM, SET, BIT | `17`, `-5`; ENUM by index, SET and BIT by bits |
 * | DECIMAL | `1.50`, with all digits of its scale |
 * | CHAR, VARCHAR | `_latin1 x'62'`: the bytes as stored, in the column's own charset |
 * | BINARY, VARBINARY, INET4, INET6 | `x'00FF'` |
 * | DATE, DATETIME, TIMESTAMP, TIME | `'2024-02-29 00:00:00.000'`; TIMESTAMP in UTC |
 * | UUID | `'123e4567-e89b-12d3-a456-426614174000'` |
 *
 * FLOAT, DOUBLE, TEXT, BLOB, JSON and spatial columns have no exact literal and drive nothing.
 */
export interface KeyColumnCodec {
  /** SQL that yields the literal's text for the value of `columnSql`, a quoted column of a table. */
  selectSql(columnSql: string): string;
  /** Equal values have equal literal text. */
  readonly byteExact: boolean;
}

const plain: KeyColumnCodec = { selectSql: (column) => `CAST(${column} AS CHAR)`, byteExact: true };
/** Sheds the zeros of ZEROFILL. */
const unpadded: KeyColumnCodec = { selectSql: (column) => `CAST(${column} + 0 AS CHAR)`, byteExact: true };
/** The index of an ENUM, the bits of a SET or BIT: `+ 0` would be signed or rounded for 64 bits. */
const bits: KeyColumnCodec = { selectSql: (column) => `CAST(CAST(${column} AS UNSIGNED) AS CHAR)`, byteExact: true };
const quoted: KeyColumnCodec = {
  selectSql: (column) => `CONCAT('''', CAST(${column} AS CHAR), '''')`,
  byteExact: true,
};
const hex: KeyColumnCodec = { selectSql: (column) => `CONCAT('x''', HEX(${column}), '''')`, byteExact: true };

const codecs: Readonly<Record<string, (column: Column) => KeyColumnCodec | null>> = {
  tinyint: integer,
  smallint: integer,
  mediumint: integer,
  int: integer,
  bigint: integer,
  decimal: integer,
  // A YEAR(2) cannot tell 2000 from 0000.
  year: (column) => (column.columnType === 'year(4)' ? bits : null),
  enum: () => bits,
  set,
  bit: () => bits,
  char: text,
  varchar: text,
  binary: () => hex,
  varbinary: () => hex,
  inet4: () => hex,
  inet6: () => hex,
  uuid: () => quoted,
  date: () => quoted,
  datetime: () => quoted,
  timestamp: () => quoted,
  time: () => quoted,
};

function integer(column: Column): KeyColumnCodec {
  return / zerofill\b/.test(column.columnType) ? unpadded : plain;
}

/** The server compares the 64th member as a sign. */
function set(column: Column): KeyColumnCodec | null {
  const members = column.columnType.match(/'(?:[^']|'')*'/g) ?? [];
  return members.length < 64 ? bits : null;
}

function text(column: Column): KeyColumnCodec | null {
  const { charset } = column;
  if (charset === null || !/^[a-z0-9]+$/.test(charset)) return null;
  return {
    selectSql: (sql) => `CONCAT('_${charset} x''', HEX(${sql}), '''')`,
    byteExact: isTextByteExact(column),
  };
}

/** Charsets whose `_bin` collations are known to tell all characters apart, and whose characters have one spelling in bytes. */
const exactCharsets = new Set(['ascii', 'latin1', 'latin2', 'utf8mb3', 'utf8mb4']);

/** Under PAD SPACE, 'a' equals 'a '; only in a VARCHAR are both stored, a CHAR drops its trailing spaces. */
function isTextByteExact(column: Column): boolean {
  const collation = column.collation ?? '';
  if (!exactCharsets.has(column.charset ?? '') || !collation.endsWith('_bin')) return false;
  return column.dataType === 'char' || collation.endsWith('_nopad_bin');
}

/** The codec of a key column, null when its type is not supported. */
export function keyColumnCodec(column: Column): KeyColumnCodec | null {
  // A virtual column's value is not in the row as stored, nor reliably in the log.
  if (column.generated === 'VIRTUAL' || !Object.hasOwn(codecs, column.dataType)) return null;
  return codecs[column.dataType]!(column);
}

/** Whether a column of this type can be part of a driving key. */
export function isKeyTypeSupported(column: Column): boolean {
  return keyColumnCodec(column) !== null;
}

/** Types whose literals can be told apart and found by index in each other. */
const literalKinds: Readonly<Record<string, string>> = {
  tinyint: 'number',
  smallint: 'number',
  mediumint: 'number',
  int: 'number',
  bigint: 'number',
  decimal: 'number',
  year: 'number',
  bit: 'number',
  char: 'text',
  varchar: 'text',
  date: 'date',
  datetime: 'date',
  timestamp: 'date',
};

/**
 * Whether the literals of `from` find exactly the rows that have its values in a column of type `to`. A number would be compared with a text as a rounded
 * one, the index of an ENUM means another member in another list, and the bytes of a shorter BINARY are another value.
 */
export function literalsFit(from: Column, to: Column): boolean {
  const [own, other] = [literalKinds[from.dataType], literalKinds[to.dataType]];
  if (own !== undefined && own === other) return true;
  if (own === 'text') return to.dataType === 'enum';
  if (from.dataType === 'uuid' && other === 'text') return true;
  if (to.dataType === 'varbinary') return from.dataType === 'binary' || from.dataType === 'varbinary';
  if (from.dataType !== to.dataType) return false;
  if (from.dataType === 'binary') return from.maxLength === to.maxLength;
  return membersOf(from).every((member, index) => membersOf(to)[index] === member);
}

/** Whether equal values of the column always have equal literal text; false where a collation may make different bytes equal. */
export function isByteExact(column: Column): boolean {
  return keyColumnCodec(column)?.byteExact ?? false;
}

function columnSql(column: Column, alias?: string): string {
  return alias === undefined ? quoteId(column.name) : `${quoteId(alias)}.${quoteId(column.name)}`;
}

/** One SQL expression that yields the KeyLiteral of a row, of `alias` where several tables are in sight: `17`, or `(17,_latin1 x'62')` for a composite key. */
export function keySelectSql(columns: readonly Column[], alias?: string): string {
  const parts = columns.map((column) => {
    const codec = keyColumnCodec(column);
    if (codec === null) throw new Error(`${column.columnType} cannot be a key column: ${column.name}`);
    return codec.selectSql(columnSql(column, alias));
  });
  return parts.length === 1 ? parts[0]! : `CONCAT('(', ${parts.join(", ',', ")}, ')')`;
}

/** The key's columns for the left side of IN: `` `a` `` or `` (`a`,`b`) ``. */
export function keyColumnsSql(columns: readonly Column[], alias?: string): string {
  const names = columns.map((column) => columnSql(column, alias));
  return names.length === 1 ? names[0]! : `(${names.join(',')})`;
}

/**
 * A predicate for the rows with these keys (at least one), by index access. `DELETE … WHERE (a,b) IN ((1,2))` with a single tuple would scan
 * and lock the whole table (measured on 10.11), so one composite key is spelled as equalities.
 */
export function keyInSql(columns: readonly Column[], keys: readonly KeyLiteral[], alias?: string): string {
  if (keys.length > 1 || columns.length === 1) return `${keyColumnsSql(columns, alias)} IN (${keys.join(',')})`;
  const literals = splitKeyLiteral(keys[0]!);
  return columns.map((column, i) => `${columnSql(column, alias)} = ${literals[i]!}`).join(' AND ');
}

/** The key's literal from the literals of its columns. */
export function joinKeyLiteral(parts: readonly string[]): KeyLiteral {
  return parts.length === 1 ? parts[0]! : `(${parts.join(',')})`;
}

/** The literals of the key's columns. No literal contains a comma. */
export function splitKeyLiteral(key: KeyLiteral): string[] {
  return key.startsWith('(') ? key.slice(1, -1).split(',') : [key];
}

/**
 * A predicate for rows strictly after `key` in index order: `(a > 1 OR (a = 1 AND b > 2))` spelled as an OR of ranges,
 * because MariaDB's range optimizer does not use `(a,b) > (1,2)`.
 */
export function keyAfterSql(columns: readonly Column[], alias: string, key: KeyLiteral): string {
  return rangeSql(columns, alias, key, ['>', '>']);
}

/** A predicate for rows up to and including `key` in index order. */
export function keyUpToSql(columns: readonly Column[], alias: string, key: KeyLiteral): string {
  return rangeSql(columns, alias, key, ['<', '<=']);
}

/** `strict` holds for every column but the last, which takes `last`. */
function rangeSql(
  columns: readonly Column[],
  alias: string,
  key: KeyLiteral,
  [strict, last]: readonly [string, string],
): string {
  const literals = splitKeyLiteral(key);
  if (literals.length !== columns.length) throw new Error(`key ${key} does not fit ${columns.length} columns`);
  const names = columns.map((column) => columnSql(column, alias));
  const ranges = names.map((name, i) => {
    const equal = names.slice(0, i).map((before, j) => `${before} = ${literals[j]!}`);
    const operator = i === names.length - 1 ? last : strict;
    return [...equal, `${name} ${operator} ${literals[i]!}`].join(' AND ');
  });
  return ranges.length === 1 ? ranges[0]! : `(${ranges.map((range) => `(${range})`).join(' OR ')})`;
}
