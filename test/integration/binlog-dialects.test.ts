import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { currentPosition, openTail } from '../../src/binlog/tail.js';
import { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import { record, watch, type Recording } from '../support/binlog-recorder.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { encryptBinlog } from '../support/encrypted-server.js';
import { startServer, type TestServer } from '../support/server.js';

/** What a server must be set up for to write it, or what is large: see binlog.test.ts for the rest. */

const args = ['--max-allowed-packet=128M', '--log-bin-compress-min-len=10'];
let server: TestServer;
let db: TestDatabase;
let session: Session;
let recording: Recording;

beforeAll(async () => {
  server = await startServer({ args });
});
afterAll(() => server.stop());

beforeEach(async () => {
  db = await testDatabase(server);
  session = await db.connect();
  await session.execute('CREATE TABLE t (id INT PRIMARY KEY, v LONGBLOB)');
  await session.execute('CREATE TABLE other (id INT PRIMARY KEY)');
  await session.execute('CREATE TABLE plain (id INT PRIMARY KEY, v VARCHAR(300)) ENGINE=MyISAM');
  recording = await record(server, session, [await watch(session, db.name, 't')]);
});
afterEach(async () => {
  await recording.tail.stop();
  await session.close();
  await db.drop();
});

async function says(...statements: string[]): Promise<string[]> {
  for (const sql of statements) await session.execute(sql);
  return recording.settle();
}

/** Bytes of the log's row events behind `offset`, in their order. Newer servers state no end of events inside a transaction. */
async function rowEventSizes(offset: number): Promise<number[]> {
  const { file } = recording.tail.position;
  const events = await session.query(`SHOW BINLOG EVENTS IN '${file}' FROM ${offset}`);
  const sizeOf = (i: number): number => Number(events[i + 1]!['Pos']) - Number(events[i]!['Pos']);
  return events.flatMap((event, i) => (/^(Write|Update|Delete)_rows/.test(event['Event_type']!) ? [sizeOf(i)] : []));
}

describe('large events', () => {
  /** A packet of MariaDB's protocol holds so many bytes; a message of exactly that length is followed by an empty packet. */
  const packet = 2 ** 24 - 1;

  it('of 16 MiB, on both sides of where one packet becomes two', async () => {
    const { offset } = recording.tail.position;
    expect(await says("INSERT INTO t VALUES (0, REPEAT('x', 1000))")).toEqual(['t written 0']);
    const overhead = (await rowEventSizes(offset))[0]! - 1000;
    // A status byte stands before the event.
    const sizes = [-1, 0, 1, 2].map((more) => packet - 1 + more);
    const before = recording.tail.position.offset;
    for (const [id, size] of sizes.entries()) {
      expect(await says(`INSERT INTO t VALUES (${id + 1}, REPEAT('x', ${size - overhead}))`)).toEqual([
        `t written ${id + 1}`,
      ]);
    }
    expect(await rowEventSizes(before)).toEqual(sizes);
  });

  it.each(['OFF', 'ON'])('of 60 MB, compression %s', async (compression) => {
    await session.execute(`SET GLOBAL log_bin_compress = ${compression}`);
    const before = recording.tail.counters.bytes;
    expect(await says("INSERT INTO t VALUES (1, REPEAT('x', 60000000))", 'DELETE FROM t')).toEqual([
      't written 1',
      't deleted 1',
    ]);
    const bytes = recording.tail.counters.bytes - before;
    expect(bytes > 120_000_000).toBe(compression === 'OFF');
    await session.execute('SET GLOBAL log_bin_compress = OFF');
  });

  it('a transaction of a million rows, in bounded memory', async () => {
    const rows = 1_000_000;
    await recording.tail.stop();
    const watched = [await watch(session, db.name, 't')];
    const from = await currentPosition(session);
    await session.execute(`INSERT INTO t SELECT seq, 'x' FROM seq_1_to_${rows}`);
    const end = await currentPosition(session);
    let [told, handedOnEarly, largest] = [0, 0, 0];
    const before = process.memoryUsage().heapUsed;
    const tail = await openTail({
      server: new Server(server.settings('mysql')),
      from,
      watched,
      sink: {
        change: (_, kind, key) => {
          told++;
          if (key !== String(told) || kind !== 'written') throw new Error(`row ${told} is told as ${kind} ${key}`);
          if (told % 10_000 === 0) largest = Math.max(largest, process.memoryUsage().heapUsed - before);
        },
        commit: () => (handedOnEarly ||= told),
      },
    });
    await tail.reached(end, 100_000);
    await tail.stop();
    expect(told).toBe(rows);
    // All of it came before the transaction's end was known, in parts: the boundary is told after it.
    expect(handedOnEarly === 0 || handedOnEarly === rows).toBe(true);
    console.log(`${rows} rows in one transaction: ${Math.round(largest / 2 ** 20)} MiB more of heap at most`);
    expect(largest).toBeLessThan(256 * 2 ** 20);
  });
});

describe('events of other origins', () => {
  it('of several GTID domains and servers, and a start in the middle', async () => {
    const watched = [await watch(session, db.name, 't')];
    const second = await db.connect();
    await second.execute('SET SESSION gtid_domain_id = 7, SESSION server_id = 99');
    await second.execute('INSERT INTO t (id) VALUES (1)');
    expect(await says('INSERT INTO t (id) VALUES (2)')).toEqual(['t written 1', 't written 2']);
    const middle = recording.recorder.commits.at(-1)!;
    await second.execute('INSERT INTO t (id) VALUES (3)');
    await session.execute('SET SESSION gtid_seq_no = 1000000');
    await session.execute('INSERT INTO t (id) VALUES (4)');
    await second.execute('DELETE FROM t WHERE id = 2');
    await second.close();
    const rest = ['t written 3', 't written 4', 't deleted 2'];
    expect(await recording.settle()).toEqual(rest);
    await using resumed = await record(server, session, watched, { from: middle });
    expect(await resumed.settle()).toEqual(rest);
  });

  it('with annotations and full metadata', async () => {
    await session.execute('SET SESSION binlog_annotate_row_events = ON');
    await session.execute('SET GLOBAL binlog_row_metadata = FULL');
    try {
      expect(await says('INSERT INTO t (id) VALUES (1)', 'DELETE FROM t')).toEqual(['t written 1', 't deleted 1']);
      const events = await session.query(`SHOW BINLOG EVENTS IN '${recording.tail.position.file}'`);
      expect(events.map((event) => event['Event_type'])).toContain('Annotate_rows');
    } finally {
      await session.execute('SET GLOBAL binlog_row_metadata = DEFAULT');
    }
  });

  it('an ALTER in two phases: elsewhere it is passed over, on a watched table it stops', async () => {
    await session.execute('SET SESSION binlog_alter_two_phase = ON');
    expect(await says('ALTER TABLE other ADD c INT', 'INSERT INTO t (id) VALUES (1)')).toEqual(['t written 1']);
    await session.execute('ALTER TABLE t ADD c INT');
    await expect(recording.tail.failed).rejects.toMatchObject({ code: 'source-changed' });
  });

  it('a statement of binlog_format=MIXED stops; rows of it do not', async () => {
    // UUID() makes a statement unsafe: then its rows are logged.
    const sql = ['SET SESSION binlog_format = MIXED', 'INSERT INTO t VALUES (1, UUID())'];
    expect(await says(...sql)).toEqual(['t written 1']);
    await session.execute("UPDATE t SET v = 'x' WHERE id = 1");
    await expect(recording.tail.failed).rejects.toMatchObject({ code: 'statement-logged' });
  });

  it('writes with sql_log_bin=0 are not seen', async () => {
    expect(
      await says(
        'SET SESSION sql_log_bin = 0',
        'INSERT INTO t (id) VALUES (1)',
        'SET SESSION sql_log_bin = 1',
        'INSERT INTO t (id) VALUES (2)',
      ),
    ).toEqual(['t written 2']);
  });

  it('an incident stops: the server says that changes are missing from its log', async () => {
    await session.execute('SET GLOBAL binlog_stmt_cache_size = 4096');
    await session.execute('SET GLOBAL max_binlog_stmt_cache_size = 4096');
    try {
      // The rows of another engine are there to stay, but too many for the cache.
      const tooMany = "INSERT INTO plain SELECT seq, REPEAT('x', 200) FROM seq_1_to_200";
      await using other = { session: await db.connect(), [Symbol.asyncDispose]: () => other.session.close() };
      await expect(other.session.execute(tooMany)).rejects.toMatchObject({ errno: 1705 });
      await expect(recording.tail.failed).rejects.toMatchObject({
        code: 'binlog-unsupported',
        message: expect.stringContaining('incident') as string,
      });
    } finally {
      await session.execute('SET GLOBAL max_binlog_stmt_cache_size = DEFAULT');
      await session.execute('SET GLOBAL binlog_stmt_cache_size = DEFAULT');
    }
  });
});

describe('an encrypted log', () => {
  it('is read like any other, also across its start', async () => {
    const watched = [await watch(session, db.name, 't')];
    expect(await says('INSERT INTO t (id) VALUES (1)')).toEqual(['t written 1']);
    const from = recording.tail.position;
    await recording.tail.stop();
    await session.close();
    await encryptBinlog(server, args);
    try {
      session = await db.connect();
      await session.execute("INSERT INTO t VALUES (2, REPEAT('secret', 100))");
      await session.execute('SET GLOBAL log_bin_compress = ON');
      await session.execute("UPDATE t SET v = REPEAT('hidden', 100) WHERE id = 2");
      await session.execute('SET GLOBAL log_bin_compress = OFF');
      await session.execute('FLUSH BINARY LOGS');
      await session.execute('DELETE FROM t WHERE id = 1');
      recording = await record(server, session, watched, { from });
      expect(await recording.settle()).toEqual(['t written 2', 't written 2', 't deleted 1']);
      const events = await session.query(`SHOW BINLOG EVENTS IN '${recording.tail.position.file}'`);
      expect(events.map((event) => event['Event_type'])).toContain('Start_encryption');
    } finally {
      await recording.tail.stop();
      await session.close();
      await server.restart(args);
      session = await server.connect();
    }
  });
});
