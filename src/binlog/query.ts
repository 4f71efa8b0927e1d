import { inflateSync } from 'node:zlib';
import { messageOf, TideoverError } from '../errors.js';
import type { LexicalMode } from '../util/sql-tokens.js';
import { eventType, headerLength } from './event.js';

/** A statement as a query event carries it. */
export interface LoggedStatement {
  readonly schema: string;
  readonly sql: string;
  readonly mode: LexicalMode;
}

const sqlModeAnsiQuotes = 4;
const sqlModeNoBackslashEscapes = 1 << 20;

/** The server's limit of max_allowed_packet, in bytes. */
const largestEvent = 2 ** 30;

/** Sizes of the status variables that may stand before the charset. Source: MariaDB's Query_log_event. */
const statusVariable = { flags2: 0, sqlMode: 1, charset: 4, autoIncrement: 3, catalogNz: 6 } as const;

/** Collation ids of charsets whose characters may hold a quote or a backslash as a second byte: big5, sjis, gbk, cp932. */
const treacherousCollations = new Set([1, 84, 13, 88, 28, 87, 95, 96]);

/** Reads a query event (plain, compressed, or of LOAD DATA), without its checksum. */
export function readStatement(event: Buffer, type: number): LoggedStatement {
  const schemaLength = event.readUInt8(headerLength + 8);
  const statusLength = event.readUInt16LE(headerLength + 11);
  const statusAt = headerLength + (type === eventType.executeLoadQuery ? 26 : 13);
  const schemaAt = statusAt + statusLength;
  const sqlAt = schemaAt + schemaLength + 1;
  if (event[sqlAt - 1] !== 0) throw new RangeError('a statement whose schema does not end');
  const raw = event.subarray(sqlAt);
  const bytes = type === eventType.compressedQuery ? inflateBlock(raw) : raw;
  const status = readStatus(event.subarray(statusAt, schemaAt));
  if (treacherousCollations.has(status.collation) && bytes.some((byte) => byte >= 0x80)) {
    throw new TideoverError(
      'binlog-unsupported',
      `a statement in a charset that cannot be read safely (collation ${status.collation})`,
      {
        facts: { statement: bytes.toString('latin1').slice(0, 300) },
        hint: 'Send such statements in utf8mb4. Abort the run and start again behind this one.',
      },
    );
  }
  return {
    schema: event.toString('utf8', schemaAt, schemaAt + schemaLength),
    sql: bytes.toString('utf8'),
    mode: status.mode,
  };
}

function readStatus(status: Buffer): { readonly mode: LexicalMode; readonly collation: number } {
  let mode: LexicalMode = {};
  for (let at = 0; at < status.length;) {
    const variable = status.readUInt8(at++);
    switch (variable) {
      case statusVariable.flags2:
      case statusVariable.autoIncrement:
        at += 4;
        break;
      case statusVariable.sqlMode: {
        const flags = status.readUInt32LE(at);
        mode = {
          ansiQuotes: (flags & sqlModeAnsiQuotes) !== 0,
          noBackslashEscapes: (flags & sqlModeNoBackslashEscapes) !== 0,
        };
        at += 8;
        break;
      }
      case statusVariable.catalogNz:
        at += 1 + status.readUInt8(at);
        break;
      case statusVariable.charset:
        return { mode, collation: status.readUInt16LE(at) };
      default:
        return { mode, collation: 0 };
    }
  }
  return { mode, collation: 0 };
}

const compressionHint = 'Set log_bin_compress = OFF on the server. Abort the run and start again.';

/**
 * Uncompresses a block of MariaDB's binlog compression: a byte `1aaa 0nnn` (algorithm, bytes of the length), the length big-endian, a zlib stream.
 */
export function inflateBlock(block: Buffer): Buffer {
  const head = block.readUInt8(0);
  const lengthBytes = head & 0x07;
  if ((head & 0xe0) !== 0x80 || (head & 0x70) !== 0 || lengthBytes < 1 || lengthBytes > 4) {
    throw new TideoverError('binlog-unsupported', `a compressed event of an unknown kind (0x${head.toString(16)})`, {
      hint: compressionHint,
    });
  }
  const length = block.readUIntBE(1, lengthBytes);
  const expanded = inflate(block.subarray(1 + lengthBytes), length);
  if (expanded.length !== length) {
    throw new TideoverError(
      'binlog-unsupported',
      `a compressed event holds ${expanded.length} bytes instead of ${length}`,
      { hint: compressionHint },
    );
  }
  return expanded;
}

/** `limit` bytes at most, whatever the stream would become (I8). */
function inflate(stream: Buffer, limit: number): Buffer {
  try {
    return inflateSync(stream, { maxOutputLength: Math.min(Math.max(limit, 1), largestEvent) });
  } catch (error) {
    throw new RangeError(`a compressed event that cannot be expanded to ${limit} bytes (${messageOf(error)})`);
  }
}

/** The transaction id of XA statements and XA PREPARE events, as one comparable text. */
function xidText(gtrid: string, bqual: string, format: string): string {
  return `X'${gtrid.toUpperCase()}',X'${bqual.toUpperCase()}',${format}`;
}

const xaPattern = /^XA (COMMIT|ROLLBACK) X'([0-9a-f]*)',X'([0-9a-f]*)',(\d+)/i;

/** `XA COMMIT X'6131',X'',1`, as the server writes it; null for any other statement. */
export function readXaEnd(sql: string): { readonly verb: 'COMMIT' | 'ROLLBACK'; readonly xid: string } | null {
  const found = xaPattern.exec(sql);
  if (found === null) return null;
  return { verb: found[1]!.toUpperCase() as 'COMMIT' | 'ROLLBACK', xid: xidText(found[2]!, found[3]!, found[4]!) };
}

/** The transaction id in an XA PREPARE event, null when it is `ONE PHASE`, which commits. */
export function readXaPrepare(event: Buffer): string | null {
  if (event.readUInt8(headerLength) !== 0) return null;
  const format = event.readUInt32LE(headerLength + 1);
  const gtridLength = event.readUInt32LE(headerLength + 5);
  const bqualLength = event.readUInt32LE(headerLength + 9);
  const gtridAt = headerLength + 13;
  const bqualAt = gtridAt + gtridLength;
  if (bqualAt + bqualLength !== event.length) throw new RangeError('an XA transaction id that does not fit its event');
  return xidText(
    event.toString('hex', gtridAt, bqualAt),
    event.toString('hex', bqualAt, bqualAt + bqualLength),
    `${format}`,
  );
}
