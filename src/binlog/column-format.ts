import type { Column } from '../schema/table.js';

/** Type codes in table maps. Source: MariaDB's include/mysql_com.h. */
export const columnType = {
  decimal: 0,
  tiny: 1,
  short: 2,
  long: 3,
  float: 4,
  double: 5,
  null: 6,
  timestamp: 7,
  longlong: 8,
  int24: 9,
  date: 10,
  time: 11,
  datetime: 12,
  year: 13,
  newdate: 14,
  varchar: 15,
  bit: 16,
  timestamp2: 17,
  datetime2: 18,
  time2: 19,
  blobCompressed: 140,
  varcharCompressed: 141,
  newDecimal: 246,
  enum: 247,
  set: 248,
  tinyBlob: 249,
  mediumBlob: 250,
  longBlob: 251,
  blob: 252,
  varString: 253,
  string: 254,
  geometry: 255,
} as const;

/** How one column's values lie in a row image. */
export interface ColumnFormat {
  /** ENUM and SET appear under their own codes, not as `string`. */
  readonly type: number;
  /** Bytes of a value, or minus the number of length bytes (little-endian) in front of it. */
  readonly step: number;
  /** DECIMAL: precision and scale. Temporals: fractional digits in `scale`. Strings: the limit in bytes in `precision`. */
  readonly precision: number;
  readonly scale: number;
}

const fixedSizes: Readonly<Record<number, number>> = {
  [columnType.null]: 0,
  [columnType.tiny]: 1,
  [columnType.year]: 1,
  [columnType.short]: 2,
  [columnType.int24]: 3,
  [columnType.date]: 3,
  [columnType.newdate]: 3,
  [columnType.time]: 3,
  [columnType.long]: 4,
  [columnType.timestamp]: 4,
  [columnType.longlong]: 8,
  [columnType.datetime]: 8,
};

/** Bytes of the fraction of a temporal with so many digits. */
function fractionBytes(digits: number): number {
  return (digits + 1) >> 1;
}

/** Bytes of a group of up to nine decimal digits. */
export const decimalBytes = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4] as const;

function decimalSize(precision: number, scale: number): number {
  const digits = (count: number): number => Math.floor(count / 9) * 4 + decimalBytes[(count % 9) as 0];
  return digits(precision - scale) + digits(scale);
}

/** Reads one column's entry of a table map's metadata block; null for a type that MariaDB does not write. */
export function readColumnFormat(
  type: number,
  metadata: Buffer,
  at: number,
): { readonly format: ColumnFormat; readonly next: number } | null {
  const found = (next: number, step: number, precision = 0, scale = 0, realType = type) => ({
    format: { type: realType, step, precision, scale },
    next,
  });
  const fixed = fixedSizes[type];
  if (fixed !== undefined) return found(at, fixed);
  const first = metadata[at] ?? 0;
  const second = metadata[at + 1] ?? 0;
  switch (type) {
    case columnType.float:
    case columnType.double:
      return found(at + 1, first);
    case columnType.timestamp2:
      return found(at + 1, 4 + fractionBytes(first), 0, first);
    case columnType.datetime2:
      return found(at + 1, 5 + fractionBytes(first), 0, first);
    case columnType.time2:
      return found(at + 1, 3 + fractionBytes(first), 0, first);
    case columnType.newDecimal:
      return found(at + 2, decimalSize(first, second), first, second);
    case columnType.bit:
      return found(at + 2, second + (first > 0 ? 1 : 0), second * 8 + first);
    case columnType.varchar:
    case columnType.varString:
    case columnType.varcharCompressed: {
      const limit = first | (second << 8);
      return found(at + 2, limit > 255 ? -2 : -1, limit);
    }
    case columnType.tinyBlob:
    case columnType.mediumBlob:
    case columnType.longBlob:
    case columnType.blob:
    case columnType.blobCompressed:
    case columnType.geometry:
      return first >= 1 && first <= 4 ? found(at + 1, -first) : null;
    case columnType.string: {
      if (first === columnType.enum || first === columnType.set) return found(at + 2, second, 0, 0, first);
      // Two bits of a length above 255 are hidden, inverted, in the type byte.
      const limit = second | (((first & 0x30) ^ 0x30) << 4);
      return (first | 0x30) === columnType.string ? found(at + 2, limit > 255 ? -2 : -1, limit) : null;
    }
    default:
      return null;
  }
}

const codesOf: Readonly<Record<string, readonly number[]>> = {
  tinyint: [columnType.tiny],
  smallint: [columnType.short],
  mediumint: [columnType.int24],
  int: [columnType.long],
  bigint: [columnType.longlong],
  float: [columnType.float],
  double: [columnType.double],
  decimal: [columnType.newDecimal],
  bit: [columnType.bit],
  year: [columnType.year],
  date: [columnType.date, columnType.newdate],
  time: [columnType.time, columnType.time2],
  datetime: [columnType.datetime, columnType.datetime2],
  timestamp: [columnType.timestamp, columnType.timestamp2],
  char: [columnType.string],
  binary: [columnType.string],
  uuid: [columnType.string],
  inet4: [columnType.string],
  inet6: [columnType.string],
  varchar: [columnType.varchar, columnType.varcharCompressed],
  varbinary: [columnType.varchar, columnType.varcharCompressed],
  enum: [columnType.enum],
  set: [columnType.set],
  tinytext: [columnType.blob, columnType.blobCompressed],
  text: [columnType.blob, columnType.blobCompressed],
  mediumtext: [columnType.blob, columnType.blobCompressed],
  longtext: [columnType.blob, columnType.blobCompressed],
  tinyblob: [columnType.blob, columnType.blobCompressed],
  blob: [columnType.blob, columnType.blobCompressed],
  mediumblob: [columnType.blob, columnType.blobCompressed],
  longblob: [columnType.blob, columnType.blobCompressed],
};

/** Whether a column of the pinned structure can be what the log describes. A type unknown here (a plugin's) agrees with anything. */
export function formatAgrees(column: Column, format: ColumnFormat): boolean {
  const codes = codesOf[column.dataType];
  if (codes !== undefined && !codes.includes(format.type)) return false;
  if (format.type === columnType.newDecimal) {
    return format.precision === column.numericPrecision && format.scale === column.numericScale;
  }
  if (format.type >= columnType.timestamp2 && format.type <= columnType.time2) {
    return format.scale === column.datetimePrecision;
  }
  return true;
}
