import { quoteString } from '../db/quote.js';
import { valueSql } from '../schema/expression.js';
import { membersOf } from '../schema/members.js';
import type { Column, ColumnMapping } from '../schema/table.js';

/** A way in which values of one column do not survive the change. */
export interface ValueRisk {
  /** Stable, kebab-case. */
  readonly code: string;
  /** Reads after a count: `3 values are NULL`. */
  readonly what: string;
  /** True (1) for a row whose value is lost. */
  readonly conditionSql: string;
  readonly remedy: string;
}

/** What could go wrong with the values of one column, by both types; empty when nothing can. */
export function valueRisks(mapping: ColumnMapping): ValueRisk[] {
  const sql = valueSql(mapping, null);
  const risks: ValueRisk[] = [];
  const { source, shadow } = mapping;
  if (source.nullable && !shadow.nullable) {
    risks.push({
      code: 'null-values',
      what: 'are NULL',
      conditionSql: `${sql} IS NULL`,
      remedy: 'Give these rows a value first, or leave the column nullable.',
    });
  }
  if (mapping.expression !== null) return [...risks, ...expressionRisks(shadow, sql)];
  if (source.columnType === shadow.columnType && source.charset === shadow.charset) return risks;
  return [
    ...risks,
    ...lengthRisks(mapping, sql),
    ...numberRisks(mapping, sql),
    ...timeRisks(mapping, sql),
    ...textRisks(mapping, sql),
    ...shapeRisks(mapping, sql),
  ];
}

/** An expression has no type that could be known beforehand. */
function expressionRisks(shadow: Column, sql: string): ValueRisk[] {
  const tooLong = lengthRisks({ source: { ...shadow, maxLength: null }, shadow, expression: null }, sql);
  const range = rangeOf(shadow);
  return range ? [outOfRange(shadow, `${sql} < ${range.low} OR ${sql} > ${range.high}`)] : tooLong;
}

const texts = new Set(['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext']);
const blobs = new Set(['binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob']);

function lengthRisks({ source, shadow }: ColumnMapping, sql: string): ValueRisk[] {
  const limit = shadow.maxLength;
  if (limit === null) return [];
  let length: string;
  if (blobs.has(shadow.dataType) && blobs.has(source.dataType)) length = `LENGTH(${sql})`;
  else if (shadow.dataType === 'char' || shadow.dataType === 'varchar') length = `CHAR_LENGTH(CAST(${sql} AS CHAR))`;
  // The limit of a TEXT is in bytes.
  else if (texts.has(shadow.dataType)) length = `LENGTH(CONVERT(${sql} USING ${shadow.charset ?? 'utf8mb4'}))`;
  else return [];
  if (cannotBeLonger(source, shadow)) return [];
  return [
    {
      code: 'values-too-long',
      what: `are longer than ${shadow.columnType}`,
      conditionSql: `${length} > ${limit}`,
      remedy: 'Shorten these values first, or choose a longer type.',
    },
  ];
}

/** Limits of both are in the same unit. */
function cannotBeLonger(source: Column, shadow: Column): boolean {
  const unit = (column: Column): string =>
    column.dataType === 'char' || column.dataType === 'varchar'
      ? 'characters'
      : `bytes of ${column.charset ?? 'binary'}`;
  return unit(source) === unit(shadow) && (source.maxLength ?? Infinity) <= (shadow.maxLength ?? 0);
}

/** Lowest and highest value of the signed types; unsigned ones hold 0 to 2^bits - 1. */
const integerBits: Readonly<Record<string, bigint>> = {
  tinyint: 8n,
  smallint: 16n,
  mediumint: 24n,
  int: 32n,
  bigint: 64n,
};

function numberRisks({ source, shadow }: ColumnMapping, sql: string): ValueRisk[] {
  if (!isExact(source)) return floatRisks(source, shadow, sql);
  const conditions: string[] = [];
  const range = rangeOf(shadow);
  if (range) conditions.push(`${sql} < ${range.low} OR ${sql} > ${range.high}`);
  if (shadow.dataType === 'year') conditions.push(`NOT (${sql} = 0 OR ${sql} BETWEEN 1901 AND 2155)`);
  if (!isExact(shadow)) return [];
  const risks = conditions.map((condition) => outOfRange(shadow, condition));
  const scale = shadow.numericScale ?? 0;
  if ((source.numericScale ?? 0) > scale) risks.push(changed(`${sql} <> TRUNCATE(${sql}, ${scale})`, shadow));
  return risks;
}

function isExact(column: Column): boolean {
  return Object.hasOwn(integerBits, column.dataType) || ['decimal', 'bit', 'year'].includes(column.dataType);
}

function rangeOf(column: Column): { readonly low: string; readonly high: string } | null {
  const bits = integerBits[column.dataType];
  if (bits !== undefined && column.unsigned) return { low: '0', high: String(2n ** bits - 1n) };
  if (bits !== undefined) return { low: String(-(2n ** (bits - 1n))), high: String(2n ** (bits - 1n) - 1n) };
  const precision = column.numericPrecision ?? 0;
  if (column.dataType === 'bit') return { low: '0', high: String(2n ** BigInt(precision) - 1n) };
  if (column.dataType !== 'decimal') return null;
  const scale = column.numericScale ?? 0;
  const digits = `${'9'.repeat(precision - scale) || '0'}.${'9'.repeat(scale) || '0'}`;
  return { low: column.unsigned ? '0' : `-${digits}`, high: digits };
}

function outOfRange(shadow: Column, conditionSql: string): ValueRisk {
  return {
    code: 'values-out-of-range',
    what: `are out of the range of ${shadow.columnType}`,
    conditionSql,
    remedy: 'Correct these values first, or choose a wider type.',
  };
}

function changed(conditionSql: string, shadow: Column): ValueRisk {
  return {
    code: 'values-would-change',
    what: `would not be the same as ${shadow.columnType}`,
    conditionSql,
    remedy: 'Bring these values to a form that the new type can hold first, or choose another type.',
  };
}

function floatRisks(source: Column, shadow: Column, sql: string): ValueRisk[] {
  const floats = ['float', 'double'];
  if (!floats.includes(source.dataType) || !floats.includes(shadow.dataType)) return [];
  const { numericPrecision: precision, numericScale: scale } = shadow;
  const risks: ValueRisk[] = [];
  if (scale !== null) {
    risks.push(outOfRange(shadow, `ABS(${sql}) >= 1e${(precision ?? 0) - scale}`));
    const stored = (value: string): string => (shadow.dataType === 'float' ? `CAST(${value} AS FLOAT)` : value);
    risks.push(changed(`${stored(`ROUND(${sql}, ${scale})`)} <> ${stored(sql)}`, shadow));
  }
  if (source.dataType === 'double' && shadow.dataType === 'float') {
    risks.push(changed(`CAST(CAST(${sql} AS FLOAT) AS DOUBLE) <> CAST(${sql} AS DOUBLE)`, shadow));
  }
  return risks;
}

const shapes = new Set(['point', 'linestring', 'polygon', 'multipoint', 'multilinestring', 'multipolygon']);

/** A column of one shape takes no other. */
function shapeRisks({ source, shadow }: ColumnMapping, sql: string): ValueRisk[] {
  const isSpatial =
    source.dataType === 'geometry' || source.dataType === 'geometrycollection' || shapes.has(source.dataType);
  if (!isSpatial || !shapes.has(shadow.dataType)) return [];
  return [changed(`ST_GeometryType(${sql}) <> '${shadow.dataType.toUpperCase()}'`, shadow)];
}

function timeRisks({ source, shadow }: ColumnMapping, sql: string): ValueRisk[] {
  const digits = shadow.datetimePrecision ?? 0;
  const isDate = (column: Column): boolean => column.dataType === 'date' || column.dataType === 'datetime';
  if (isDate(source) && isDate(shadow)) {
    if (source.dataType === 'date') return [];
    const target = shadow.dataType === 'date' ? 'DATE' : `DATETIME(${digits})`;
    return [changed(`CAST(${sql} AS DATETIME(6)) <> CAST(CAST(${sql} AS ${target}) AS DATETIME(6))`, shadow)];
  }
  if (source.dataType !== shadow.dataType) return [];
  const type = { time: 'TIME', timestamp: 'DATETIME' }[source.dataType];
  if (type === undefined) return [];
  return [changed(`CAST(${sql} AS ${type}(6)) <> CAST(CAST(${sql} AS ${type}(${digits})) AS ${type}(6))`, shadow)];
}

function textRisks({ source, shadow }: ColumnMapping, sql: string): ValueRisk[] {
  const isText = (column: Column): boolean => column.charset !== null;
  if (!isText(source) || !isText(shadow)) return [];
  const risks: ValueRisk[] = [];
  if (source.charset !== shadow.charset) {
    const back = `CONVERT(CONVERT(${sql} USING ${shadow.charset!}) USING ${source.charset!})`;
    risks.push({
      code: 'values-not-representable',
      what: `have characters that ${shadow.charset!} does not`,
      conditionSql: `CAST(${back} AS BINARY) <> CAST(${sql} AS BINARY)`,
      remedy: 'Correct these values first, or choose utf8mb4.',
    });
  }
  if (shadow.dataType === 'char' && source.dataType !== 'char' && texts.has(source.dataType)) {
    risks.push(changed(`CAST(CONVERT(RIGHT(${sql}, 1) USING utf8mb4) AS BINARY) = x'20'`, shadow));
  }
  const members = membersOf(shadow);
  if (shadow.dataType === 'enum' && source.dataType !== 'set') risks.push(...enumRisk(source, members, sql));
  if (shadow.dataType === 'set' && source.dataType === 'set') risks.push(...setRisk(source, members, sql));
  else if (shadow.dataType === 'set') risks.push(listRisk(shadow, members, sql));
  return risks;
}

function notAMember(conditionSql: string): ValueRisk {
  return {
    code: 'values-not-members',
    what: 'are no members of the new type',
    conditionSql,
    remedy: 'Change these values first, or keep their members.',
  };
}

function enumRisk(source: Column, members: readonly string[], sql: string): ValueRisk[] {
  if (source.dataType === 'enum' && membersOf(source).every((member) => members.includes(member))) return [];
  const list = members.map((member) => quoteString(member)).join(', ');
  return [notAMember(`CONVERT(${sql} USING utf8mb4) COLLATE utf8mb4_nopad_bin NOT IN (${list})`)];
}

function setRisk(source: Column, members: readonly string[], sql: string): ValueRisk[] {
  // FIND_IN_SET compares by collation; the member's own bit is exact.
  const removed = membersOf(source).flatMap((member, bit) => (members.includes(member) ? [] : [bit]));
  if (removed.length === 0) return [];
  const mask = removed.reduce((sum, bit) => sum + 2n ** BigInt(bit), 0n);
  return [notAMember(`CAST(${sql} AS UNSIGNED) & ${mask} <> 0`)];
}

/** What a SET would write of a text: each of its members once, in their order. */
function listRisk(shadow: Column, members: readonly string[], sql: string): ValueRisk {
  const bits = members.map((member, bit) => `IF(FIND_IN_SET(${quoteString(member)}, ${sql}) > 0, 1 << ${bit}, 0)`);
  const names = members.map((member) => quoteString(member));
  const written = `MAKE_SET(${bits.join(' | ')}, ${names.join(', ')})`;
  const bytes = (text: string): string => `CAST(CONVERT(${text} USING utf8mb4) AS BINARY)`;
  return changed(`${bytes(written)} <> ${bytes(sql)}`, shadow);
}
