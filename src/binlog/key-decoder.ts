import type { Column } from '../schema/table.js';
import { columnType, decimalBytes, type ColumnFormat } from './column-format.js';

/**
 * Writes the value that begins at `at` of a row image as the literal that `schema/key-literal.ts` defines for the column. Throws a RangeError
 * for bytes that are no value of the column.
 */
export type LiteralReader = (image: Buffer, at: number) => string;

/** The reader for a key column; null when values of this format cannot be written exactly. */
export function literalReader(column: Column, format: ColumnFormat): LiteralReader | null {
  switch (format.type) {
    case columnType.tiny:
      return column.unsigned ? (image, at) => `${image[at]!}` : (image, at) => `${image.readInt8(at)}`;
    case columnType.short:
      return column.unsigned ? (image, at) => `${image.readUInt16LE(at)}` : (image, at) => `${image.readInt16LE(at)}`;
    case columnType.int24:
      return column.unsigned ? (image, at) => `${image.readUIntLE(at, 3)}` : (image, at) => `${image.readIntLE(at, 3)}`;
    case columnType.long:
      return column.unsigned ? (image, at) => `${image.readUInt32LE(at)}` : (image, at) => `${image.readInt32LE(at)}`;
    case columnType.longlong:
      return column.unsigned ? unsigned64 : signed64;
    case columnType.newDecimal:
      return decimalReader(format.precision, format.scale);
    case columnType.year:
      return (image, at) => (image[at] === 0 ? '0' : `${1900 + image[at]!}`);
    case columnType.enum:
      return upTo(memberCount(column), (image, at) => littleEndian(image, at, format.step));
    case columnType.set:
      return upTo(2 ** memberCount(column) - 1, (image, at) => littleEndian(image, at, format.step));
    case columnType.bit:
      return upTo(2 ** format.precision - 1, (image, at) => bigEndian(image, at, format.step));
    case columnType.varchar:
    case columnType.string:
      return textReader(column, format);
    default:
      return temporalReader(column, format);
  }
}

function memberCount(column: Column): number {
  return column.columnType.match(/'(?:[^']|'')*'/g)?.length ?? 0;
}

/** The largest value may be rounded up for more than 53 bits: then some that are too large pass. */
function upTo(largest: number, read: LiteralReader): LiteralReader {
  return (image, at) => {
    const literal = read(image, at);
    if (Number(literal) > largest) throw new RangeError(`a value of ${literal} in a column up to ${largest}`);
    return literal;
  };
}

function unsigned64(image: Buffer, at: number): string {
  const high = image.readUInt32LE(at + 4);
  return high < 0x200000 ? `${high * 0x100000000 + image.readUInt32LE(at)}` : `${image.readBigUInt64LE(at)}`;
}

function signed64(image: Buffer, at: number): string {
  const high = image.readInt32LE(at + 4);
  return high < 0x200000 && high >= -0x200000
    ? `${high * 0x100000000 + image.readUInt32LE(at)}`
    : `${image.readBigInt64LE(at)}`;
}

function littleEndian(image: Buffer, at: number, bytes: number): string {
  if (bytes <= 6) return `${image.readUIntLE(at, bytes)}`;
  return `${BigInt(image.readUIntLE(at, 4)) + (BigInt(image.readUIntLE(at + 4, bytes - 4)) << 32n)}`;
}

function bigEndian(image: Buffer, at: number, bytes: number): string {
  if (bytes <= 6) return `${image.readUIntBE(at, bytes)}`;
  return `${(BigInt(image.readUIntBE(at, bytes - 4)) << 32n) + BigInt(image.readUInt32BE(at + bytes - 4))}`;
}

function textReader(column: Column, format: ColumnFormat): LiteralReader {
  // The log drops trailing zero bytes of fixed-length binary values.
  const paddedTo = format.type === columnType.string && column.charset === null ? format.precision : 0;
  if (column.dataType === 'uuid') {
    const hex = hexReader(format, '', '', paddedTo);
    return (image, at) => uuidLiteral(hex(image, at));
  }
  return hexReader(format, column.charset === null ? "x'" : `_${column.charset} x'`, "'", paddedTo);
}

const hexDigits = Buffer.from('0123456789ABCDEF');

/** The value's bytes in hex, filled up with zero bytes to `paddedTo` bytes, between two texts. Made in one piece: this is the hot path of text keys. */
function hexReader(format: ColumnFormat, before: string, after: string, paddedTo: number): LiteralReader {
  const prefix = -format.step;
  const text = Buffer.alloc(before.length + Math.max(format.precision, paddedTo) * 2 + after.length);
  text.write(before, 'latin1');
  return (image, at) => {
    const length = prefix === 1 ? image[at]! : image.readUInt16LE(at);
    if (length > format.precision)
      throw new RangeError(`a value of ${length} bytes in a column of ${format.precision}`);
    let end = before.length;
    for (let i = at + prefix; i < at + prefix + length; i++) {
      const byte = image[i]!;
      text[end++] = hexDigits[byte >> 4]!;
      text[end++] = hexDigits[byte & 15]!;
    }
    for (let i = length; i < paddedTo; i++) {
      text[end++] = 0x30;
      text[end++] = 0x30;
    }
    text.write(after, end, 'latin1');
    return text.toString('latin1', 0, end + after.length);
  };
}

/**
 * A UUID of variant 1 and version 1 to 5 is stored with its segments in reverse order, so that keys sort by time; others as they are.
 * Source: MariaDB's plugin/type_uuid/sql_type_uuid.h.
 */
function uuidLiteral(stored: string): string {
  const variant = parseInt(stored.slice(12, 14), 16);
  const version = parseInt(stored.slice(16, 18), 16);
  const swapped = variant >= 0x80 && version > 0 && version < 0x60;
  const parts = swapped
    ? [stored.slice(24, 32), stored.slice(20, 24), stored.slice(16, 20), stored.slice(12, 16), stored.slice(0, 12)]
    : [stored.slice(0, 8), stored.slice(8, 12), stored.slice(12, 16), stored.slice(16, 20), stored.slice(20)];
  return `'${parts.join('-').toLowerCase()}'`;
}

/** Groups of nine digits in four bytes, big-endian, the odd groups outermost; the sign is the first bit, negatives are inverted. */
function decimalReader(precision: number, scale: number): LiteralReader {
  const whole = precision - scale;
  const groups = [
    ...(whole % 9 > 0 ? [whole % 9] : []),
    ...Array<number>(Math.floor(whole / 9)).fill(9),
    ...Array<number>(Math.floor(scale / 9)).fill(9),
    ...(scale % 9 > 0 ? [scale % 9] : []),
  ];
  return (image, start) => {
    const negative = (image[start]! & 0x80) === 0;
    let digits = '';
    let at = start;
    for (const group of groups) {
      const bytes = decimalBytes[group as 0];
      let value = image.readUIntBE(at, bytes);
      if (at === start) value = (value ^ (2 ** (bytes * 8 - 1))) >>> 0;
      if (negative) value = 2 ** (bytes * 8) - 1 - value;
      if (value >= 10 ** group) throw new RangeError(`${value} in ${group} decimal digits`);
      digits += `${value}`.padStart(group, '0');
      at += bytes;
    }
    const integer = digits.slice(0, whole).replace(/^0+/, '');
    const sign = negative && /[1-9]/.test(digits) ? '-' : '';
    return `${sign}${integer === '' ? '0' : integer}${scale > 0 ? `.${digits.slice(whole)}` : ''}`;
  };
}

function pad2(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

function dateText(year: number, month: number, day: number): string {
  // Dates with zeros, and 31 days in any month, are stored under lenient sql_modes.
  if (!(year >= 0 && year <= 9999 && month <= 12 && day <= 31)) throw new RangeError(`a date ${year}-${month}-${day}`);
  return `${`${year}`.padStart(4, '0')}-${pad2(month)}-${pad2(day)}`;
}

/** `hours` is the largest hour: of a day, or of a TIME. */
function timeText(hour: number, minute: number, second: number, hours: 23 | 838): string {
  if (!(hour <= hours && minute <= 59 && second <= 59)) throw new RangeError(`a time ${hour}:${minute}:${second}`);
  return `${pad2(hour)}:${pad2(minute)}:${pad2(second)}`;
}

function fractionText(microseconds: number, digits: number): string {
  if (microseconds > 999_999) throw new RangeError(`a fraction of ${microseconds} µs`);
  return digits === 0 ? '' : `.${`${microseconds}`.padStart(6, '0').slice(0, digits)}`;
}

/** Microseconds of a fraction stored big-endian in one byte per two digits. */
function readFraction(image: Buffer, at: number, digits: number): number {
  if (digits === 0) return 0;
  const bytes = (digits + 1) >> 1;
  return image.readUIntBE(at, bytes) * 100 ** (3 - bytes);
}

function temporalReader(column: Column, format: ColumnFormat): LiteralReader | null {
  const digits = format.scale;
  switch (format.type) {
    case columnType.date:
    case columnType.newdate:
      return (image, at) => {
        const value = image.readUIntLE(at, 3);
        return `'${dateText(value >> 9, (value >> 5) & 15, value & 31)}'`;
      };
    case columnType.datetime2:
      return (image, at) => {
        const packed = image.readUIntBE(at, 5) - 0x8000000000;
        const ymd = Math.floor(packed / 0x20000);
        const hms = packed % 0x20000;
        const date = dateText(Math.floor((ymd >> 5) / 13), (ymd >> 5) % 13, ymd & 31);
        const time = timeText(hms >> 12, (hms >> 6) & 63, hms & 63, 23);
        return `'${date} ${time}${fractionText(readFraction(image, at + 5, digits), digits)}'`;
      };
    case columnType.timestamp2:
      return (image, at) => timestampLiteral(image.readUInt32BE(at), readFraction(image, at + 4, digits), digits);
    case columnType.time2:
      return (image, at) => timeLiteral(image, at, digits);
    default:
      // Formats of MariaDB 5.3 do not say how many digits they hold; without a fraction they are known.
      return (column.datetimePrecision ?? 0) > 0 ? null : oldTemporalReader(format.type);
  }
}

/** A second of zero with no fraction is the zero date. */
function timestampLiteral(seconds: number, microseconds: number, digits: number): string {
  const text =
    seconds === 0 && microseconds === 0
      ? '0000-00-00 00:00:00'
      : new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return `'${text}${fractionText(microseconds, digits)}'`;
}

/** The value and its fraction are one big-endian number with an offset; a negative time is a negative number. */
function timeLiteral(image: Buffer, at: number, digits: number): string {
  const bytes = (digits + 1) >> 1;
  const unit = 2 ** (8 * bytes);
  const value = Math.abs(image.readUIntBE(at, 3 + bytes) - 0x800000 * unit);
  const sign = image[at]! < 0x80 ? '-' : '';
  const hms = Math.floor(value / unit);
  const microseconds = (value % unit) * 100 ** (3 - bytes);
  return `'${sign}${timeText(hms >> 12, (hms >> 6) & 63, hms & 63, 838)}${fractionText(microseconds, digits)}'`;
}

function oldTemporalReader(type: number): LiteralReader | null {
  switch (type) {
    case columnType.timestamp:
      return (image, at) => timestampLiteral(image.readUInt32LE(at), 0, 0);
    case columnType.datetime:
      return (image, at) => {
        const value = Number(image.readBigUInt64LE(at));
        const [ymd, hms] = [Math.floor(value / 1e6), value % 1e6];
        return `'${decimalDate(ymd)} ${decimalTime(hms, 23)}'`;
      };
    case columnType.time:
      return (image, at) => {
        const value = image.readIntLE(at, 3);
        const hms = Math.abs(value);
        return `'${value < 0 ? '-' : ''}${decimalTime(hms, 838)}'`;
      };
    default:
      return null;
  }
}

/** From `yyyymmdd`. */
function decimalDate(ymd: number): string {
  return dateText(Math.floor(ymd / 10000), Math.floor(ymd / 100) % 100, ymd % 100);
}

/** From `hhmmss`. */
function decimalTime(hms: number, hours: 23 | 838): string {
  return timeText(Math.floor(hms / 10000), Math.floor(hms / 100) % 100, hms % 100, hours);
}
