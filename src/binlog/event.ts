/** Codes and layout of binlog events (format 4), as MariaDB writes them. Source: MariaDB's sql/log_event.h. */

export const eventType = {
  query: 2,
  stop: 3,
  rotate: 4,
  intvar: 5,
  appendBlock: 9,
  deleteFile: 11,
  rand: 13,
  userVar: 14,
  formatDescription: 15,
  xid: 16,
  beginLoadQuery: 17,
  executeLoadQuery: 18,
  tableMap: 19,
  writeRows: 23,
  updateRows: 24,
  deleteRows: 25,
  incident: 26,
  heartbeat: 27,
  xaPrepare: 38,
  annotateRows: 160,
  binlogCheckpoint: 161,
  gtid: 162,
  gtidList: 163,
  startEncryption: 164,
  compressedQuery: 165,
  compressedWriteRows: 166,
  compressedUpdateRows: 167,
  compressedDeleteRows: 168,
} as const;

/** timestamp 4, type 1, server id 4, length 4, end position 4, flags 2. */
export const headerLength = 19;
export const checksumLength = 4;

/** Made by the dump thread, not in the file. */
export const artificialFlag = 0x20;

/** Flags of a GTID event. */
export const gtidFlag = { standalone: 1, preparedXa: 64 } as const;

/** Lengths of the fixed part after the header that this reader relies on; the format event states the server's. */
export const postHeaderLengths: readonly (readonly [type: number, length: number])[] = [
  [eventType.query, 13],
  [eventType.executeLoadQuery, 26],
  [eventType.rotate, 8],
  [eventType.tableMap, 8],
  [eventType.writeRows, 8],
  [eventType.updateRows, 8],
  [eventType.deleteRows, 8],
  [eventType.gtid, 19],
  [eventType.compressedQuery, 13],
  [eventType.compressedWriteRows, 8],
  [eventType.compressedUpdateRows, 8],
  [eventType.compressedDeleteRows, 8],
];

/** A length-encoded integer at `at`, with the offset behind it. Throws a RangeError like every read beyond the event. */
export function readLength(event: Buffer, at: number): { readonly value: number; readonly next: number } {
  const first = event.readUInt8(at);
  if (first < 251) return { value: first, next: at + 1 };
  if (first === 252) return { value: event.readUInt16LE(at + 1), next: at + 3 };
  if (first === 253) return { value: event.readUIntLE(at + 1, 3), next: at + 4 };
  if (first === 254) return { value: Number(event.readBigUInt64LE(at + 1)), next: at + 9 };
  throw new RangeError(`a length that begins with ${first}`);
}
