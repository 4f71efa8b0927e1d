import { splitKeyLiteral } from '../../src/schema/key-literal.js';
import type { Column } from '../../src/schema/table.js';

// What a key's literal may look like, from the column alone: written without a look at the decoder, whose judge it is.

const integerBits: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, mediumint: 24, int: 32, bigint: 64 };

function membersOf(column: Column): number {
  return column.columnType.split("','").length;
}

function isIntegerUpTo(literal: string, largest: bigint): boolean {
  return /^\d+$/.test(literal) && BigInt(literal) <= largest;
}

function isInteger(literal: string, column: Column): boolean {
  const bits = BigInt(integerBits[column.dataType]!);
  if (column.unsigned) return isIntegerUpTo(literal, 2n ** bits - 1n);
  if (!/^-?\d+$/.test(literal)) return false;
  const value = BigInt(literal);
  return value >= -(2n ** (bits - 1n)) && value < 2n ** (bits - 1n);
}

function isDecimal(literal: string, column: Column): boolean {
  const found = /^-?(\d+)\.(\d+)$/.exec(literal);
  const scale = column.numericScale!;
  return (
    found !== null && found[2]!.length === scale && found[1]!.length <= Math.max(column.numericPrecision! - scale, 1)
  );
}

function hexLength(literal: string, prefix: string): number {
  if (!literal.startsWith(`${prefix}x'`) || !literal.endsWith("'")) return Infinity;
  const hex = literal.slice(prefix.length + 2, -1);
  return /^(?:[0-9A-F]{2})*$/.test(hex) ? hex.length / 2 : Infinity;
}

function isBytes(literal: string, column: Column): boolean {
  const length = hexLength(literal, column.charset === null ? '' : `_${column.charset} `);
  switch (column.dataType) {
    case 'inet4':
      return length === 4;
    case 'inet6':
      return length === 16;
    case 'binary':
      return length === column.maxLength;
    default:
      return length <= column.maxLength! * (column.charset === 'utf8mb4' ? 4 : 1);
  }
}

const patterns: Readonly<Record<string, RegExp>> = {
  date: /^'\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])'$/,
  datetime: /^'\d{4}-(0\d|1[0-2])-([0-2]\d|3[01]) ([01]\d|2[0-3])(:[0-5]\d){2}(\.\d+)?'$/,
  timestamp: /^'\d{4}-(0\d|1[0-2])-([0-2]\d|3[01]) ([01]\d|2[0-3])(:[0-5]\d){2}(\.\d+)?'$/,
  time: /^'-?([0-7]?\d\d|8[0-2]\d|83[0-8])(:[0-5]\d){2}(\.\d+)?'$/,
  uuid: /^'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'$/,
};

function hasDigits(literal: string, column: Column): boolean {
  return (/\.(\d+)'$/.exec(literal)?.[1]?.length ?? 0) === (column.datetimePrecision ?? 0);
}

function isLegalValue(literal: string, column: Column): boolean {
  const { dataType } = column;
  if (dataType in integerBits) return isInteger(literal, column);
  if (dataType in patterns) return patterns[dataType]!.test(literal) && hasDigits(literal, column);
  switch (dataType) {
    case 'decimal':
      return isDecimal(literal, column);
    case 'enum':
      return isIntegerUpTo(literal, BigInt(membersOf(column)));
    case 'set':
      return isIntegerUpTo(literal, 2n ** BigInt(membersOf(column)) - 1n);
    case 'bit':
      return isIntegerUpTo(literal, 2n ** BigInt(column.numericPrecision!) - 1n);
    case 'year':
      return literal === '0' || (isIntegerUpTo(literal, 2155n) && Number(literal) > 1900);
    default:
      return isBytes(literal, column);
  }
}

/** Whether a row of these key columns could have this key. */
export function isLegalKey(key: string, columns: readonly Column[]): boolean {
  const literals = columns.length === 1 ? [key] : splitKeyLiteral(key);
  return literals.length === columns.length && columns.every((column, i) => isLegalValue(literals[i]!, column));
}
