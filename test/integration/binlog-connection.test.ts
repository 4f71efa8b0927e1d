import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { continuationOf } from '../../src/binlog/continuation.js';
import { openDump } from '../../src/binlog/dump.js';
import { eventType } from '../../src/binlog/event.js';
import { gtidAt } from '../../src/binlog/position.js';
import { formatPosition, type BinlogPosition, type WatchedTable } from '../../src/binlog/source.js';
import { currentPosition, openTail, snapshotPosition } from '../../src/binlog/tail.js';
import { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import type { TideoverError } from '../../src/errors.js';
import { record, Recorder, watch } from '../support/binlog-recorder.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { startServer, type TestServer } from '../support/server.js';
import { tcpProxy } from '../support/tcp-proxy.js';

// These tests purge the log and restart the server: not for the suite's shared one.
let server: TestServer;
let db: TestDatabase;
let session: Session;
let watched: WatchedTable[];

beforeAll(async () => {
  server = await startServer();
  db = await testDatabase(server);
});
afterAll(() => server.stop());

beforeEach(async () => {
  session = await server.connect();
  await session.execute(`USE ${db.name}`);
  await session.execute('CREATE OR REPLACE TABLE t (id INT PRIMARY KEY, v VARCHAR(300))');
  watched = [await watch(session, db.name, 't')];
  return () => session.close();
});

function tailFrom(from: BinlogPosition, overrides: Parameters<TestServer['settings']>[1] = {}) {
  return openTail({
    server: new Server(server.settings('mysql', overrides)),
    from,
    watched,
    sink: new Recorder(watched),
  });
}

describe('the hook in zongji', () => {
  it('hands on raw events and keeps zongji from decoding them', async () => {
    const from = await currentPosition(session);
    const types: number[] = [];
    const endings: unknown[] = [];
    let arrived!: () => void;
    const xid = new Promise<void>((resolve) => (arrived = resolve));
    const dump = openDump({
      connection: new Server(server.settings('mysql')).connectionOptions,
      from,
      heartbeatMs: 1_000,
      onSign: () => undefined,
      onEvent: (event) => {
        expect(event.readUInt32LE(9)).toBe(event.length);
        types.push(event.readUInt8(4));
        if (types.at(-1) === eventType.xid) arrived();
      },
      onEnd: (error) => endings.push(error),
    });
    await session.execute("INSERT INTO t VALUES (1, 'a')");
    await xid;
    await dump.stop();
    expect(types).toEqual([
      eventType.rotate,
      eventType.formatDescription,
      ...types.slice(2, types.indexOf(eventType.gtid)),
      eventType.gtid,
      eventType.tableMap,
      eventType.writeRows,
      eventType.xid,
    ]);
    expect(endings).toEqual([]);
  });
});

describe('a start that the server refuses', () => {
  it('names a purged or unknown file, and a place behind the end', async () => {
    const old = await currentPosition(session);
    await session.execute('FLUSH BINARY LOGS');
    const now = await currentPosition(session);
    // Another test may still be reading the older file: then the server keeps it.
    await expect
      .poll(
        async () => {
          await session.execute(`PURGE BINARY LOGS TO '${now.file}'`);
          return (await session.query('SHOW BINARY LOGS'))[0]?.['Log_name'];
        },
        { timeout: 30_000 },
      )
      .not.toBe(old.file);
    await expect(tailFrom(old)).rejects.toMatchObject({ code: 'binlog-purged' });
    await expect(tailFrom({ file: 'binlog.999999', offset: 4 })).rejects.toMatchObject({ code: 'binlog-purged' });
    await expect(tailFrom({ ...now, offset: now.offset + 1_000_000 })).rejects.toMatchObject({ code: 'binlog-purged' });
  });

  it('names a place inside an event', async () => {
    await session.execute("INSERT INTO t VALUES (1, 'a')");
    const end = await currentPosition(session);
    const tail = await tailFrom({ ...end, offset: end.offset - 5 }).catch((error: unknown) => error);
    const error =
      tail instanceof Error
        ? tail
        : await (tail as Awaited<ReturnType<typeof tailFrom>>).failed.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'binlog-unsupported' });
  });

  it('says who may not read', async () => {
    const from = await currentPosition(session);
    await session.execute("CREATE OR REPLACE USER poor@'%' IDENTIFIED BY 'secret'");
    await expect(tailFrom(from, { user: 'poor', password: 'secret' })).rejects.toMatchObject({ code: 'access-denied' });
    await expect(tailFrom(from, { user: 'poor', password: 'wrong' })).rejects.toMatchObject({ code: 'access-denied' });
  });

  it('says that nobody answers', async () => {
    const from = await currentPosition(session);
    await expect(tailFrom(from, { port: 1, host: '127.0.0.1' })).rejects.toMatchObject({ code: 'connection-lost' });
  });
});

describe('resuming', () => {
  it('from any commit gives exactly the rest', async () => {
    const from = await currentPosition(session);
    const { lines, commits } = await (async () => {
      await using first = await record(server, session, watched, { from });
      for (let i = 0; i < 10; i++) {
        await session.execute('BEGIN');
        await session.execute(`INSERT INTO t VALUES (${i * 2}, 'a'), (${i * 2 + 1}, REPEAT('b', 200))`);
        await session.execute(`DELETE FROM t WHERE id = ${i}`);
        await session.execute('COMMIT');
        if (i % 4 === 3) await session.execute('FLUSH BINARY LOGS');
      }
      await first.tail.reached(await currentPosition(session), 30_000);
      return first.recorder;
    })();
    const boundaries = new Map([from, ...commits].map((position) => [formatPosition(position), position]));
    expect(boundaries.size).toBeGreaterThan(10);
    const suffixes = new Set<string>();
    for (const position of boundaries.values()) {
      await using rest = await record(server, session, watched, { from: position });
      await rest.tail.reached(await currentPosition(session), 30_000);
      const said = rest.recorder.lines;
      expect(lines.slice(lines.length - said.length)).toEqual(said);
      suffixes.add(said.join());
    }
    // From the start, and after each of the ten transactions.
    expect(suffixes.size).toBe(11);
  });

  it('starts at the exact place of a snapshot', async () => {
    await session.execute("INSERT INTO t VALUES (1, 'a')");
    const reader = await new Server(server.settings(db.name)).connect('snapshot');
    const from = await snapshotPosition(reader);
    try {
      await session.execute("INSERT INTO t VALUES (2, 'a')");
      await using recording = await record(server, session, watched, { from });
      expect(await recording.settle()).toEqual(['t written 2']);
      expect(await reader.query(`SELECT id FROM ${db.name}.t`)).toEqual([{ id: '1' }]);
    } finally {
      await reader.close();
    }
  });
});

describe('waiting for a position', () => {
  it('is over at once for a place that is reached, also in a new and empty file', async () => {
    await using recording = await record(server, session, watched);
    await recording.tail.reached(recording.tail.position, 0);
    await session.execute('FLUSH BINARY LOGS');
    await recording.tail.reached(await currentPosition(session), 10_000);
    await recording.tail.reached({ ...recording.tail.position, offset: 4 }, 0);
  });

  it('expires', async () => {
    await using recording = await record(server, session, watched);
    const { file, offset } = recording.tail.position;
    await expect(recording.tail.reached({ file, offset: offset + 1 }, 50)).rejects.toMatchObject({
      code: 'wait-expired',
    });
  });

  it('ends when the tail is stopped', async () => {
    const recording = await record(server, session, watched);
    const { file, offset } = recording.tail.position;
    const waiting = expect(recording.tail.reached({ file, offset: offset + 1 }, 60_000)).rejects.toMatchObject({
      code: 'run-stopped',
    });
    await recording.tail.stop();
    await waiting;
  });
});

describe('pause and resume', () => {
  it('hold back every change, and lose none', async () => {
    // A busy machine is silent for some 100 ms at times.
    const heartbeatMs = 500;
    await using recording = await record(server, session, watched, { heartbeatMs });
    const { tail, recorder } = recording;
    const change = recorder.change.bind(recorder);
    let paused!: () => void;
    const atThird = new Promise<void>((resolve) => (paused = resolve));
    recorder.change = (...args) => {
      change(...args);
      if (recorder.lines.length !== 3) return;
      tail.pause();
      tail.pause();
      paused();
    };
    // Several MB: more than the buffers on the way hold.
    await session.execute('CREATE OR REPLACE TABLE filler (id INT PRIMARY KEY, v LONGTEXT)');
    await session.execute("INSERT INTO t VALUES (1,'a'),(2,'b'),(3,'c')");
    await atThird;
    await session.execute("INSERT INTO filler SELECT seq, REPEAT('x', 100000) FROM seq_1_to_100");
    await session.execute("INSERT INTO t SELECT seq, 'x' FROM seq_4_to_1000");
    const end = await currentPosition(session);
    // Longer than the watchdog allows for a silent connection that is not paused.
    await expect(tail.reached(end, heartbeatMs * 6)).rejects.toMatchObject({ code: 'wait-expired' });
    expect(recorder.lines.filter((line) => line !== 'commit')).toHaveLength(3);
    recorder.change = change;
    tail.resume();
    await tail.reached(end, 30_000);
    expect(recorder.take()).toEqual(Array.from({ length: 1000 }, (_, i) => `t written ${i + 1}`));
  });
});

describe('a saved place', () => {
  const saved = async (): Promise<{ between: BinlogPosition; inside: BinlogPosition }> => {
    await session.execute('CREATE OR REPLACE TABLE s (id INT PRIMARY KEY)');
    const before = await currentPosition(session);
    await session.execute('INSERT INTO s VALUES (1)');
    const between = await currentPosition(session);
    const gtid = (await gtidAt(session, between))!;
    await session.execute('INSERT INTO s VALUES (2)');
    const events = await session.query(`SHOW BINLOG EVENTS IN '${before.file}' FROM ${before.offset} LIMIT 2`);
    return { between: { ...between, gtid }, inside: { ...between, offset: Number(events[1]!['Pos']), gtid } };
  };

  it('is where the run goes on, between two transactions', async () => {
    const { between } = await saved();
    expect(await continuationOf(new Server(server.settings('mysql')), between)).toEqual(between);
  });

  it('is that of another server, in the middle of the transaction that its GTID position ends with', async () => {
    const { between, inside } = await saved();
    expect(await gtidAt(session, inside)).toBe(between.gtid);
    expect(await continuationOf(new Server(server.settings('mysql')), inside)).toEqual(between);
  });

  it('and where this server has no event', async () => {
    const { between, inside } = await saved();
    const nowhere = { ...inside, offset: inside.offset + 1 };
    expect(await continuationOf(new Server(server.settings('mysql')), nowhere)).toEqual(between);
  });
});

describe('a lost connection', () => {
  it('is seen when the dump thread is killed', async () => {
    await using recording = await record(server, session, watched);
    const failed = expect(recording.tail.failed).rejects.toMatchObject({ code: 'connection-lost' });
    const waiting = expect(
      recording.tail.reached({ ...recording.tail.position, offset: 0xffffffff }, 60_000),
    ).rejects.toMatchObject({ code: 'connection-lost' });
    for (const id of await dumpThreads()) await session.execute(`KILL ${id}`);
    await failed;
    await waiting;
  });

  it('is seen when the network falls silent', async () => {
    await using proxy = await tcpProxy(server);
    const from = await currentPosition(session);
    const tail = await openTail({
      server: new Server({ ...server.settings('mysql'), host: '127.0.0.1', port: proxy.port }),
      from,
      watched,
      sink: new Recorder(watched),
      heartbeatMs: 100,
    });
    // Heartbeats keep an idle tail alive for longer than the watchdog waits.
    await expect(tail.reached({ ...from, offset: from.offset + 1 }, 1_000)).rejects.toMatchObject({
      code: 'wait-expired',
    });
    proxy.fallSilent();
    await expect(tail.failed).rejects.toMatchObject({
      code: 'connection-lost',
      message: expect.stringContaining('no sign') as string,
    });
    await tail.stop();
  });

  it('is not seen in a large event that takes its time', async () => {
    // Some MB/s.
    await using proxy = await tcpProxy(server, { pauseMs: 15 });
    const heartbeatMs = 200;
    const from = await currentPosition(session);
    const tail = await openTail({
      server: new Server({ ...server.settings('mysql'), host: '127.0.0.1', port: proxy.port }),
      from,
      watched,
      sink: new Recorder(watched),
      heartbeatMs,
    });
    await session.execute('CREATE OR REPLACE TABLE filler (id INT PRIMARY KEY, v LONGTEXT)');
    await session.execute("INSERT INTO filler VALUES (1, REPEAT('x', 10000000))");
    const startedAt = performance.now();
    await tail.reached(await currentPosition(session), 60_000);
    // Else the event would have been too fast to say anything.
    expect(performance.now() - startedAt).toBeGreaterThan(heartbeatMs * 6);
    await tail.stop();
  });

  it('is seen when a bit of an event is flipped on the way: no wrong row is told', async () => {
    await using proxy = await tcpProxy(server);
    // One packet is 4 bytes of head, a status byte, and the event: every byte of a whole transaction comes in for it once or more.
    const step = 13;
    let [damages, untold] = [0, 0];
    for (let skip = 0; skip < 300; skip += step) {
      const from = await currentPosition(session);
      const recorder = new Recorder(watched);
      // The last one may not have been used up.
      proxy.flipAfter(Infinity);
      const tail = await openTail({
        server: new Server({ ...server.settings('mysql'), host: '127.0.0.1', port: proxy.port }),
        from,
        watched,
        sink: recorder,
        // A busy machine is silent for some 100 ms at times.
        heartbeatMs: 1_000,
      });
      const failure = tail.failed.catch((error: unknown) => error);
      proxy.flipAfter(skip);
      await session.execute(`INSERT INTO t VALUES (${skip}, 'a')`);
      const end = await currentPosition(session);
      const reached = await tail.reached(end, 30_000).catch((error: unknown) => error);
      await tail.stop();
      if (reached === undefined) {
        // The flipped bit was the packet's own, or came after all that.
        expect(recorder.take(), `after ${skip} bytes`).toEqual([`t written ${skip}`]);
        continue;
      }
      damages++;
      expect(await failure).toBe(reached);
      expect(['binlog-damaged', 'connection-lost', 'server-error']).toContain((reached as TideoverError).code);
      const told = recorder.take();
      if (told.length === 0) untold++;
      else expect(told, `after ${skip} bytes`).toEqual([`t written ${skip}`]);
    }
    expect(damages).toBeGreaterThan(300 / step / 2);
    // Most bytes come before the row has been told.
    expect(untold).toBeGreaterThan(damages / 2);
  });

  it('is seen when the server goes away, and a new tail goes on from the last commit', async () => {
    await session.execute("INSERT INTO t VALUES (1, 'a')");
    const recording = await record(server, session, watched);
    await session.execute("INSERT INTO t VALUES (2, 'a')");
    expect(await recording.settle()).toEqual(['t written 2']);
    const position = recording.recorder.commits.at(-1)!;
    await session.close();
    const failed = expect(recording.tail.failed).rejects.toMatchObject({ code: 'connection-lost' });
    await server.restart();
    await failed;
    await recording.tail.stop();
    session = await server.connect();
    await session.execute(`USE ${db.name}`);
    // Other tables first: ids of table maps begin anew.
    await session.execute('CREATE OR REPLACE TABLE before_t (id INT PRIMARY KEY)');
    await session.execute('INSERT INTO before_t VALUES (77)');
    await session.execute("INSERT INTO t VALUES (3, 'a')");
    await using resumed = await record(server, session, watched, { from: position });
    expect(await resumed.settle()).toEqual(['t written 3']);
  });
});

describe('stop', () => {
  it('leaves no connection and no timer, however often it is called', async () => {
    expect(await dumpThreads()).toEqual([]);
    const handles = process.getActiveResourcesInfo().sort();
    const recording = await record(server, session, watched);
    expect(await dumpThreads()).toHaveLength(1);
    await Promise.all([recording.tail.stop(), recording.tail.stop()]);
    await recording.tail.stop();
    recording.tail.pause();
    recording.tail.resume();
    // The sockets close in later turns of the event loop.
    await expect.poll(() => process.getActiveResourcesInfo().sort(), { timeout: 20_000 }).toEqual(handles);
    await expect.poll(dumpThreads, { timeout: 20_000 }).toEqual([]);
  });
});

async function dumpThreads(): Promise<string[]> {
  const rows = await session.query('SHOW PROCESSLIST');
  return rows.filter((row) => row['Command'] === 'Binlog Dump').map((row) => row['Id']!);
}
