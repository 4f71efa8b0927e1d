import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { eventType, gtidFlag, postHeaderLengths } from '../../../src/binlog/event.js';
import { EventReader } from '../../../src/binlog/event-reader.js';
import type { WatchedTable } from '../../../src/binlog/source.js';
import type { Column } from '../../../src/schema/table.js';

const column: Column = {
  name: 'id',
  position: 1,
  columnType: 'int(11)',
  dataType: 'int',
  unsigned: false,
  nullable: false,
  charset: null,
  collation: null,
  defaultSql: null,
  autoIncrement: false,
  generated: null,
  generationSql: null,
  invisible: false,
  maxLength: null,
  numericPrecision: 10,
  numericScale: 0,
  datetimePrecision: null,
};
const watched: WatchedTable = {
  table: 't',
  source: {
    name: { schema: 'd', table: 't' },
    engine: 'InnoDB',
    columns: [column],
    indexes: [{ name: 'PRIMARY', unique: true, kind: 'BTREE', parts: [{ column: 'id', prefixLength: null }] }],
    createSql: '',
    autoIncrement: null,
    partitioned: false,
  },
  key: { indexName: 'PRIMARY', columns: [column], shadowColumns: [column], byteExact: true },
};

/** An event as the server sends it, with a checksum. */
function event(type: number, body: Buffer, end = 0): Buffer {
  const header = Buffer.alloc(19);
  header.writeUInt8(type, 4);
  header.writeUInt32LE(19 + body.length + 4, 9);
  header.writeUInt32LE(end, 13);
  const content = Buffer.concat([header, body]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32(content));
  return Buffer.concat([content, checksum]);
}

function format(version = 4): Buffer {
  const body = Buffer.alloc(57 + 168 + 1);
  body.writeUInt16LE(version);
  body.writeUInt8(19, 56);
  for (const [type, length] of postHeaderLengths) body.writeUInt8(length, 57 + type - 1);
  body.writeUInt8(1, body.length - 1);
  return event(eventType.formatDescription, body);
}

function gtid(flags = 0): Buffer {
  const body = Buffer.alloc(19);
  body.writeUInt8(flags, 12);
  return event(eventType.gtid, body);
}

/** `d.<table> (id INT)` under table id 7; the table's name is one letter. */
function tableMapOf(table: string): Buffer {
  const name = table.charCodeAt(0);
  return event(eventType.tableMap, Buffer.from([7, 0, 0, 0, 0, 0, 1, 0, 1, 0x64, 0, 1, name, 0, 1, 3, 0, 0]));
}
const tableMap = tableMapOf('t');

function rows(type: number, ...ids: number[]): Buffer {
  const values = ids.flatMap((id) => [0, id, 0, 0, 0]);
  return event(type, Buffer.from([7, 0, 0, 0, 0, 0, 1, 0, 1, 1, ...values]));
}
const written = (...ids: number[]): Buffer => rows(eventType.writeRows, ...ids);

function xid(end: number): Buffer {
  return event(eventType.xid, Buffer.alloc(8), end);
}

function query(sql: string, end = 0): Buffer {
  const fixed = Buffer.alloc(13);
  fixed.writeUInt8(1, 8);
  return event(eventType.query, Buffer.concat([fixed, Buffer.from(`d\0${sql}`)]), end);
}

function rotate(file: string, offset: number): Buffer {
  const body = Buffer.alloc(8);
  body.writeBigUInt64LE(BigInt(offset));
  return event(eventType.rotate, Buffer.concat([body, Buffer.from(file)]));
}

function read(...events: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const reader = new EventReader({
    from: { file: 'bin.000001', offset: 100 },
    watched: [watched],
    sink: {
      change: (_, kind, key) => lines.push(`${kind} ${key}`),
      commit: ({ file, offset }) => lines.push(`${file}:${offset}`),
    },
  });
  for (const taken of [rotate('bin.000001', 100), format(), ...events]) reader.take(taken);
  return lines;
}

describe('EventReader', () => {
  it('tells a transaction when it ends', () => {
    expect(read(gtid(), tableMap, written(1, 2))).toEqual([]);
    expect(read(gtid(), tableMap, written(1, 2), xid(200))).toEqual(['written 1', 'written 2', 'bin.000001:200']);
    expect(read(gtid(), tableMap, rows(eventType.deleteRows, 1), query('COMMIT', 200))).toEqual([
      'deleted 1',
      'bin.000001:200',
    ]);
  });

  it('takes a statement that stands alone as a transaction, and one inside a group not', () => {
    expect(read(gtid(gtidFlag.standalone), query('CREATE TABLE x (a INT)', 200))).toEqual(['bin.000001:200']);
    expect(read(gtid(), query('CREATE TABLE x (a INT)', 150), tableMap, written(1), xid(200))).toEqual([
      'written 1',
      'bin.000001:200',
    ]);
  });

  it('forgets a group that the server never finished', () => {
    expect(read(gtid(), tableMap, written(1), rotate('bin.000002', 4), format())).toEqual(['bin.000002:4']);
    expect(read(gtid(), tableMap, written(1), gtid(), tableMap, written(2), xid(200))).toEqual([
      'written 2',
      'bin.000001:200',
    ]);
  });

  it('believes the last table map of an id', () => {
    expect(read(gtid(), tableMap, written(1), tableMapOf('u'), written(2), tableMap, written(3), xid(200))).toEqual([
      'written 1',
      'written 3',
      'bin.000001:200',
    ]);
  });

  it('hands the changes of a huge transaction on early, and then cannot take them back', () => {
    const many = Array.from({ length: 1_100 }, () => written(...Array<number>(100).fill(1)));
    expect(read(gtid(), tableMap, ...many)).toHaveLength(100_000);
    expect(read(gtid(), tableMap, ...many, xid(200))).toHaveLength(110_001);
    expect(() => read(gtid(), tableMap, ...many, query('ROLLBACK', 200))).toThrow('rolled back in the binlog after');
    expect(
      read(gtid(), tableMap, ...many, query('SAVEPOINT `s`'), written(2), query('ROLLBACK TO `s`'), xid(200)),
    ).toHaveLength(110_001);
  });

  it('holds the changes of a prepared XA transaction, however many', () => {
    const many = Array.from({ length: 1_100 }, () => written(...Array<number>(100).fill(1)));
    expect(read(gtid(gtidFlag.preparedXa), tableMap, ...many)).toEqual([]);
  });

  it.each<[string, () => unknown]>([
    ['unknown kind (code 99)', () => read(event(99, Buffer.alloc(4)))],
    ['incident', () => read(event(eventType.incident, Buffer.alloc(4)))],
    ['has not named', () => read(gtid(), written(1))],
    ['goes to bin.000001:4', () => read(rotate('bin.000001', 4))],
    ['goes to bin.000001:200', () => read(rotate('bin.000001', 200))],
    ['goes to bin.000003:4', () => read(rotate('bin.000003', 4))],
    ['goes to log.000002:4', () => read(rotate('log.000002', 4))],
    ['goes to bin.000002:5', () => read(rotate('bin.000002', 5))],
    ['goes to bin', () => read(rotate('bin', 4))],
    ['format version 3', () => read(format(3))],
    ['ends at offset 50', () => read(gtid(), tableMap, written(1), xid(50))],
    [
      'does not fit its event',
      () =>
        read(
          gtid(),
          tableMap,
          event(eventType.writeRows, Buffer.from([7, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 0, 0])),
        ),
    ],
    [
      'has 2 columns',
      () => read(gtid(), tableMap, event(eventType.writeRows, Buffer.from([7, 0, 0, 0, 0, 0, 1, 0, 2, 3]))),
    ],
    ['NULL', () => read(gtid(), tableMap, event(eventType.writeRows, Buffer.from([7, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1])))],
    ['a savepoint that the binlog has not named', () => read(gtid(), tableMap, written(1), query('ROLLBACK TO `s`'))],
  ])('stops: %s', (message, reading) => {
    expect(reading).toThrow(message);
    expect(reading).toThrow(expect.objectContaining({ code: 'binlog-unsupported' }) as Error);
  });

  it.each<[string, () => unknown]>([
    ['bytes came as', () => read(xid(200).subarray(1))],
    ['came as 3 bytes', () => read(xid(200).subarray(0, 3))],
    ['checksum is wrong', () => read(flipped(written(1), 30))],
    ['names the checksum algorithm 3', () => read(flipped(format(), format().length - 5, 2))],
    ['with a checksum, although', () => read(flipped(format(), format().length - 5), gtid())],
  ])('stops at damage: %s', (message, reading) => {
    expect(reading).toThrow(message);
    expect(reading).toThrow(expect.objectContaining({ code: 'binlog-damaged' }) as Error);
  });
});

function flipped(event: Buffer, at: number, bits = 1): Buffer {
  const damaged = Buffer.from(event);
  damaged[at]! ^= bits;
  return damaged;
}
