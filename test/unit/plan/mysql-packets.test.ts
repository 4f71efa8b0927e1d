import { expect, test } from 'vitest';
import { legibleGreeting, MessageReader, readLogin, type Message } from '../../../src/plan/mysql-packets.js';
import { Random, seedFromEnvironment } from '../../support/ledger/random.js';

function packet(sequence: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUIntLE(payload.length, 0, 3);
  header[3] = sequence;
  return Buffer.concat([header, payload]);
}

test('messages are found in a stream of any pieces, and long ones that packets continue', () => {
  const seed = seedFromEnvironment();
  console.info(`seed ${seed}`);
  const random = new Random(seed);
  const long = Buffer.alloc(0xffffff, 'x');
  const stream = Buffer.concat([
    packet(0, Buffer.from('one')),
    packet(1, Buffer.alloc(0)),
    packet(0, long),
    packet(1, Buffer.from('tail')),
    packet(0, long),
    packet(1, Buffer.alloc(0)),
    packet(7, Buffer.from('last')),
  ]);
  const found: Message[] = [];
  const reader = new MessageReader(5, (message) => found.push(message));
  for (let at = 0; at < stream.length;) {
    const size = random.between(1, random.chance(0.5) ? 7 : 3_000_000);
    reader.feed(stream.subarray(at, at + size));
    at += size;
  }
  expect(found.map(({ sequence, head, length }) => [sequence, head.toString(), length])).toEqual([
    [0, 'one', 3],
    [1, '', 0],
    [0, 'xxxxx', 0xffffff + 4],
    [0, 'xxxxx', 0xffffff],
    [7, 'last', 4],
  ]);
});

test('a greeting keeps everything but what would make the stream illegible', () => {
  const greeting = Buffer.concat([
    Buffer.from([10]),
    Buffer.from('11.8.6-MariaDB\0'),
    Buffer.alloc(4 + 8 + 1, 1),
    Buffer.from([0xfe, 0xff]), // MariaDB: bit 0 is off
    Buffer.from([45, 2, 0]),
    Buffer.from([0xff, 0xff]),
    Buffer.from([21, 0, 0, 0, 0, 0, 0]),
    Buffer.from([0xff, 0, 0, 0]),
    Buffer.from('scramblescram\0mysql_native_password\0'),
  ]);
  const before = packet(0, greeting);
  const after = legibleGreeting(before);
  expect(after).toHaveLength(before.length);
  const differing = [...before.keys()].filter((i) => before[i] !== after[i]);
  const changed = differing.map((i) => (before[i]! ^ after[i]!).toString(16));
  // compress, ssl; zstd and query attributes; several commands in one
  expect(changed).toEqual(['20', '8', 'c', '2']);
  const error = packet(0, Buffer.from([0xff, 0x10, 0x04, 0x54]));
  expect(legibleGreeting(error)).toEqual(error);
});

test('who logs in says its schema, or that it wants TLS', () => {
  const login = (flags: number, rest: string): Buffer => {
    const fixed = Buffer.alloc(32);
    fixed.writeUInt32LE(flags, 0);
    return Buffer.concat([fixed, Buffer.from(rest, 'latin1')]);
  };
  const [protocol41, withDb, secure, lenenc, ssl] = [1 << 9, 1 << 3, 1 << 15, 1 << 21, 1 << 11];
  expect(readLogin(login(protocol41 | secure, 'me\0\x02ab'))).toEqual({ wantsTls: false, schema: null });
  expect(readLogin(login(protocol41 | withDb | secure, 'me\0\x02abshop\0plugin\0')).schema).toBe('shop');
  expect(readLogin(login(protocol41 | withDb | lenenc, `me\0\xfc\x2c\x01${'x'.repeat(300)}shop\0`)).schema).toBe(
    'shop',
  );
  expect(readLogin(login(protocol41 | withDb, 'me\0secret\0shop')).schema).toBe('shop');
  expect(readLogin(login(protocol41 | ssl, ''))).toEqual({ wantsTls: true, schema: null });
});
