import { crc32, deflateSync } from 'node:zlib';
import { checksumLength, eventType, headerLength } from '../../src/binlog/event.js';
import { inflateBlock } from '../../src/binlog/query.js';
import type { Random } from './ledger/random.js';

/** Damages an event; `others` are events to take bytes from. What it returns may be of any length. */
type Mutation = (event: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

const extremes = [0, 1, 2, 7, 0x7f, 0x80, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff];

function altered(event: Buffer, alter: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(event);
  alter(copy);
  return copy;
}

function randomBytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)));
}

/** Bytes `from` to `to` are replaced by others. */
function spliced(event: Buffer, from: number, to: number, bytes: Buffer): Buffer {
  return Buffer.concat([event.subarray(0, from), bytes, event.subarray(to)]);
}

function slice(event: Buffer, random: Random): readonly [from: number, to: number] {
  const from = random.below(event.length);
  return [from, Math.min(event.length, from + 1 + random.below(12))];
}

const mutations: readonly Mutation[] = [
  (event, random) => altered(event, (copy) => (copy[random.below(copy.length)]! ^= 1 << random.below(8))),
  (event, random) => altered(event, (copy) => (copy[random.below(copy.length)]! ^= 1 << random.below(8))),
  (event, random) =>
    altered(event, (copy) => {
      for (let i = random.between(2, 9); i > 0; i--) copy[random.below(copy.length)] = random.below(256);
    }),
  (event, random) => altered(event, (copy) => (copy[random.below(copy.length)] = random.pick(extremes))),
  // Behind the header, where the lengths are.
  (event, random) =>
    altered(event, (copy) => {
      const at = headerLength + random.below(24);
      if (at < copy.length) copy[at] = random.pick(extremes);
    }),
  (event, random) =>
    altered(event, (copy) => {
      if (copy.length >= 4)
        copy.writeUInt32LE(random.pick([0, 1, 0x7fffffff, 0xffffffff, 0x10000]), random.below(copy.length - 3));
    }),
  (event, random) => event.subarray(0, random.below(event.length)),
  (event, random) => Buffer.concat([event, randomBytes(random, 1 + random.below(40))]),
  (event, random) => spliced(event, ...slice(event, random), Buffer.alloc(0)),
  (event, random) => {
    const [from, to] = slice(event, random);
    return spliced(event, from, from, event.subarray(from, to));
  },
  (event, random, others) => {
    const other = random.pick(others);
    return spliced(event, ...slice(event, random), other.subarray(...slice(other, random)));
  },
  // A head of this event and a tail of another, and another event under this one's kind.
  (event, random, others) => {
    const other = random.pick(others);
    return Buffer.concat([event.subarray(0, random.below(event.length)), other.subarray(random.below(other.length))]);
  },
  (event, random, others) => altered(random.pick(others), (copy) => event.copy(copy, 4, 4, 5)),
  (event, random) =>
    altered(event, (copy) => (copy[4] = random.pick([...Object.values(eventType), random.below(256)]))),
  (event, random) => Buffer.concat([event.subarray(0, headerLength), randomBytes(random, random.below(120))]),
  (_, random) => randomBytes(random, random.below(80)),
];

/** The event with other bytes than before. */
export function mutated(event: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  for (;;) {
    const result = random.pick(mutations)(event, random, others);
    if (!result.equals(event)) return result;
  }
}

/** Where the compressed rows of a compressed row event of a table with few columns begin, or null for another event. */
function compressedRowsAt(content: Buffer): number | null {
  const type = content[4];
  const columns = content[headerLength + 8];
  if (columns === undefined || columns > 250) return null;
  const bitmap = (columns + 7) >> 3;
  if (type === eventType.compressedUpdateRows) return headerLength + 9 + 2 * bitmap;
  const isOther = type === eventType.compressedWriteRows || type === eventType.compressedDeleteRows;
  return isOther ? headerLength + 9 + bitmap : null;
}

/** Like `mutated` for the content of an event (without checksum), but that of compressed rows is damaged before it is compressed. */
export function mutatedContent(content: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  const at = compressedRowsAt(content);
  if (at === null || random.chance(0.3)) return mutated(content, random, others);
  const rows = mutated(inflateBlock(content.subarray(at)), random, others);
  const head = Buffer.from([0x84, 0, 0, 0, 0]);
  head.writeUInt32BE(rows.length, 1);
  return Buffer.concat([content.subarray(0, at), head, deflateSync(rows)]);
}

/** The event with its own length in the header and, if wanted, a right checksum: whatever is wrong with it now is in its content. */
export function sealed(content: Buffer, withChecksum: boolean): Buffer {
  const padded = content.length > headerLength ? content : Buffer.concat([content, Buffer.alloc(headerLength + 1)]);
  const event = Buffer.concat([padded, Buffer.alloc(withChecksum ? checksumLength : 0)]);
  event.writeUInt32LE(event.length, 9);
  if (withChecksum) event.writeUInt32LE(crc32(event.subarray(0, -checksumLength)), event.length - checksumLength);
  return event;
}
