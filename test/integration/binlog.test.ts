import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../../src/db/session.js';
import { TideoverError } from '../../src/errors.js';
import { record, watch, type Recording } from '../support/binlog-recorder.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { startServer, type TestServer } from '../support/server.js';

// Global variables are changed here (checksums, compression): the suite's shared server is not for that.
let server: TestServer;
let db: TestDatabase;
let session: Session;
let recording: Recording;

beforeAll(async () => {
  server = await startServer({ args: ['--log-bin-compress-min-len=10'] });
});
afterAll(() => server.stop());

beforeEach(async () => {
  db = await testDatabase(server);
  session = await db.connect();
  await session.execute('CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(300), u INT UNIQUE)');
  await session.execute('CREATE TABLE other (id INT PRIMARY KEY)');
  await session.execute('CREATE TABLE plain (id INT PRIMARY KEY) ENGINE=MyISAM');
  recording = await record(server, session, [await watch(session, db.name, 't')]);
});
afterEach(async () => {
  await recording.tail.stop();
  await session.close();
  await db.drop();
});

/** Runs the statements one by one and returns what the tail says of them. */
async function says(...statements: string[]): Promise<string[]> {
  for (const sql of statements) await session.execute(sql);
  return recording.settle();
}

/** Runs the statements and returns the error that ends the tail. */
async function stopsAt(...statements: string[]): Promise<TideoverError> {
  for (const sql of statements) await session.execute(sql);
  const error: unknown = await recording.tail.failed.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TideoverError);
  return error as TideoverError;
}

describe('row changes', () => {
  it('tells every kind of change, in the order of the log', async () => {
    expect(await says("INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,REPEAT('c',300),3)")).toEqual([
      't written 1',
      't written 2',
      't written 3',
    ]);
    expect(await says("UPDATE t SET v = 'x' WHERE id = 1")).toEqual(['t written 1']);
    expect(await says('UPDATE t SET id = id + 10 WHERE id >= 2 ORDER BY id')).toEqual([
      't deleted 2',
      't written 12',
      't deleted 3',
      't written 13',
    ]);
    expect(await says('DELETE FROM t WHERE id = 12')).toEqual(['t deleted 12']);
    // It evicts row 1 and, through the unique key, row 13.
    expect(await says("REPLACE INTO t VALUES (1,'r',3)")).toEqual(['t deleted 1', 't deleted 13', 't written 1']);
    expect(await says("INSERT INTO t VALUES (9,'x',3) ON DUPLICATE KEY UPDATE v = 'y'")).toEqual(['t written 1']);
    expect(await says('INSERT INTO other VALUES (1)')).toEqual([]);
  });

  it('delivers a transaction before its commit, and counts', async () => {
    const before = recording.tail.counters;
    await says('BEGIN', "INSERT INTO t VALUES (1,'a',1)", 'INSERT INTO other VALUES (1)', 'DELETE FROM t', 'COMMIT');
    await session.execute("INSERT INTO t VALUES (2,'a',1)");
    await recording.settle();
    const { changes, transactions, bytes } = recording.tail.counters;
    expect(changes - before.changes).toBe(3);
    expect(transactions - before.transactions).toBe(2);
    expect(bytes).toBeGreaterThan(before.bytes);
  });

  it('marks the end of each transaction', async () => {
    for (const sql of [
      'BEGIN',
      "INSERT INTO t VALUES (1,'a',1)",
      'DELETE FROM t',
      'COMMIT',
      "INSERT INTO t VALUES (2,'a',1)",
    ]) {
      await session.execute(sql);
    }
    const { recorder, tail } = recording;
    await recording.settle().then((lines) => expect(lines).toHaveLength(3));
    expect(recorder.lines).toEqual([]);
    expect(recorder.commits.at(-1)).toEqual(tail.position);
  });

  it('reads names that need quoting, and tells tables apart by schema', async () => {
    await session.execute('CREATE TABLE `große ``Tabelle``.x` (`id ä` INT PRIMARY KEY)');
    await session.execute(`CREATE DATABASE \`${db.name}__retired\``);
    await session.execute(`CREATE TABLE \`${db.name}__retired\`.t LIKE t`);
    const odd = await watch(session, db.name, 'große `Tabelle`.x');
    await using second = await record(server, session, [odd]);
    await session.execute('INSERT INTO `große ``Tabelle``.x` VALUES (1)');
    await session.execute(`INSERT INTO \`${db.name}__retired\`.t VALUES (5,'a',1)`);
    expect(await second.settle()).toEqual(['große `Tabelle`.x written 1']);
    expect(await recording.settle()).toEqual([]);
  });
});

describe('what was rolled back', () => {
  it('is not told', async () => {
    expect(await says('BEGIN', "INSERT INTO t VALUES (1,'a',1)", 'ROLLBACK')).toEqual([]);
    expect(
      await says(
        'BEGIN',
        "INSERT INTO t VALUES (1,'a',1)",
        'SAVEPOINT s',
        "INSERT INTO t VALUES (2,'a',2)",
        'ROLLBACK TO s',
        "INSERT INTO t VALUES (3,'a',3)",
        'COMMIT',
      ),
    ).toEqual(['t written 1', 't written 3']);
  });

  it('is not told where the log holds its rows, because of another engine', async () => {
    await says("INSERT INTO t VALUES (1,'a',1),(2,'a',2)");
    expect(
      await says(
        'BEGIN',
        'DELETE FROM t WHERE id = 1',
        'SAVEPOINT `S``1`',
        'DELETE FROM t WHERE id = 2',
        'INSERT INTO plain VALUES (1)',
        'ROLLBACK TO `s``1`',
        "INSERT INTO t VALUES (3,'a',3)",
        'COMMIT',
      ),
    ).toEqual(['t deleted 1', 't written 3']);
    expect(await says('BEGIN', 'DELETE FROM t', 'CREATE TEMPORARY TABLE tmp (a INT)', 'ROLLBACK')).toEqual([]);
  });
});

describe('XA transactions', () => {
  const prepare = (xid: string, ...statements: string[]): string[] => [
    `XA START ${xid}`,
    ...statements,
    `XA END ${xid}`,
    `XA PREPARE ${xid}`,
  ];

  it('are told at XA COMMIT', async () => {
    const xid = "'a\\'b','branch',7";
    expect(await says(...prepare(xid, "INSERT INTO t VALUES (1,'a',1)"))).toEqual([]);
    expect(await says(`XA COMMIT ${xid}`)).toEqual(['t written 1']);
  });

  it('are forgotten at XA ROLLBACK, told when committed in one phase', async () => {
    expect(await says(...prepare("'a'", "INSERT INTO t VALUES (1,'a',1)"), "XA ROLLBACK 'a'")).toEqual([]);
    expect(
      await says("XA START 'b'", "INSERT INTO t VALUES (2,'a',2)", "XA END 'b'", "XA COMMIT 'b' ONE PHASE"),
    ).toEqual(['t written 2']);
  });

  it('keep the position before their prepare until they end, while the tail goes on', async () => {
    const watched = [await watch(session, db.name, 't')];
    const xa = await db.connect();
    await says("INSERT INTO t VALUES (1,'a',1)");
    const before = recording.tail.position;
    for (const sql of prepare("'a'", "INSERT INTO t VALUES (2,'a',2)")) await xa.execute(sql);
    expect(await says("INSERT INTO t VALUES (3,'a',3)")).toEqual(['t written 3']);
    expect(recording.recorder.commits.at(-1)).toEqual(before);
    expect(recording.tail.position).not.toEqual(before);

    await using resumed = await record(server, session, watched, { from: before });
    expect(await resumed.settle()).toEqual(['t written 3']);
    await xa.execute("XA COMMIT 'a'");
    await xa.close();
    expect(await resumed.settle()).toEqual(['t written 2']);
    expect(await recording.settle()).toEqual(['t written 2']);
    expect(recording.recorder.commits.at(-1)).toEqual(recording.tail.position);
  });

  it('stop the tail when it has not seen their prepare', async () => {
    const watched = [await watch(session, db.name, 't')];
    const xa = await db.connect();
    for (const sql of prepare("'a'", "INSERT INTO t VALUES (2,'a',2)")) await xa.execute(sql);
    await using late = await record(server, session, watched);
    await xa.execute("XA COMMIT 'a'");
    await xa.close();
    await expect(late.tail.failed).rejects.toMatchObject({
      code: 'binlog-unsupported',
      message: expect.stringContaining("XA COMMIT of X'61',X'',1") as string,
    });
    expect(late.recorder.take()).toEqual([]);
  });
});

describe('values that foreign keys refer to', () => {
  async function recorded(options: { readonly inserts: boolean; readonly keyed: boolean }): Promise<Recording> {
    const { key, ...table } = await watch(session, db.name, 't');
    const [id, , u] = table.source.columns;
    const referenced = [[id!], [u!, id!]].map((columns) => ({ columns, inserts: options.inserts }));
    return record(server, session, [{ ...table, key: options.keyed ? key : null, referenced }]);
  }

  it('are told when they go and change, beside the row, in the order of the log', async () => {
    await using followed = await recorded({ inserts: true, keyed: true });
    const said = async (...statements: string[]): Promise<string[]> => {
      for (const sql of statements) await session.execute(sql);
      return followed.settle();
    };
    expect(await said("INSERT INTO t VALUES (1,'a',7), (2,'b',NULL)")).toEqual([
      't written 1',
      't.0 written null → 1 of 1',
      't.1 written null → (7,1) of 1',
      't written 2',
      't.0 written null → 2 of 2',
    ]);
    expect(await said("UPDATE t SET v = 'x'")).toEqual(['t written 1', 't written 2']);
    expect(await said('UPDATE t SET u = 8 WHERE id = 2')).toEqual(['t written 2', 't.1 updated null → (8,2) of 2']);
    expect(await said('UPDATE t SET u = NULL WHERE id = 1')).toEqual(['t written 1', 't.1 updated (7,1) → null of 1']);
    expect(await said('UPDATE t SET id = 9 WHERE id = 2')).toEqual([
      't deleted 2',
      't written 9',
      't.0 updated 2 → 9 of 9',
      't.1 updated (8,2) → (8,9) of 9',
    ]);
    // Row 1 is deleted; row 9, which has the unique value, becomes the new one.
    expect(await said("REPLACE INTO t VALUES (1,'r',8)")).toEqual([
      't deleted 1',
      't.0 deleted 1 → null',
      't deleted 9',
      't written 1',
      't.0 updated 9 → 1 of 1',
      't.1 updated (8,9) → (8,1) of 1',
    ]);
  });

  it('are all that is told of a table that is only watched, without what was taken back', async () => {
    await using watched = await recorded({ inserts: false, keyed: false });
    for (const sql of [
      "INSERT INTO t VALUES (1,'a',1),(2,'b',2)",
      'CREATE TEMPORARY TABLE scrap (id INT) ENGINE=MyISAM',
      'START TRANSACTION',
      'DELETE FROM t WHERE id = 1',
      'SAVEPOINT s',
      'INSERT INTO scrap VALUES (1)',
      'DELETE FROM t WHERE id = 2',
      'ROLLBACK TO s',
      'COMMIT',
    ])
      await session.execute(sql);
    expect(await watched.settle()).toEqual(['t.0 deleted 1 → null', 't.1 deleted (1,1) → null']);
  });
});

describe('forms of the log', () => {
  it.each(['MINIMAL', 'NOBLOB', 'FULL'])('row image %s', async (image) => {
    expect(
      await says(
        `SET binlog_row_image = ${image}`,
        "INSERT INTO t VALUES (1,'a',1),(2,NULL,2)",
        "UPDATE t SET v = 'b' WHERE id = 1",
        'UPDATE t SET id = 5 WHERE id = 2',
        'DELETE FROM t ORDER BY id',
      ),
    ).toEqual([
      't written 1',
      't written 2',
      't written 1',
      't deleted 2',
      't written 5',
      't deleted 1',
      't deleted 5',
    ]);
  });

  it('stops when an image lacks the key', async () => {
    // A key that is not the primary one is left out of MINIMAL images.
    const watched = await watch(session, db.name, 't');
    const u = watched.source.columns[2]!;
    await using byU = await record(server, session, [
      { ...watched, key: { ...watched.key, columns: [u], shadowColumns: [u] } },
    ]);
    await session.execute('SET binlog_row_image = MINIMAL');
    await session.execute("INSERT INTO t VALUES (1,'a',1)");
    await session.execute('DELETE FROM t');
    await expect(byU.tail.failed).rejects.toMatchObject({
      code: 'binlog-unsupported',
      message: expect.stringContaining('lacks a key column') as string,
    });
    expect(byU.recorder.take()).toEqual(['t written 1']);
  });

  it('compressed', async () => {
    await session.execute('SET GLOBAL log_bin_compress = 1');
    try {
      expect(
        await says(
          "INSERT INTO t SELECT seq, REPEAT('a', 200), seq FROM seq_1_to_3",
          "UPDATE t SET v = REPEAT('b', 200), id = id + 10 ORDER BY id",
          'DELETE FROM t ORDER BY id',
        ),
      ).toEqual([
        ...['t written 1', 't written 2', 't written 3'],
        ...['t deleted 1', 't written 11', 't deleted 2', 't written 12', 't deleted 3', 't written 13'],
        ...['t deleted 11', 't deleted 12', 't deleted 13'],
      ]);
      const [events] = await session
        .query(`SHOW BINLOG EVENTS IN '${recording.tail.position.file}' LIMIT 1000`)
        .then((rows) => [rows.map((row) => row['Event_type']).join()]);
      expect(events).toContain('Write_rows_compressed');
      const error = await stopsAt("ALTER TABLE t COMMENT 'long enough to be compressed'");
      expect(error.code).toBe('source-changed');
    } finally {
      await session.execute('SET GLOBAL log_bin_compress = 0');
    }
  });

  it('with and without checksums, changing on the way', async () => {
    const expected: string[] = [];
    for (const [i, algorithm] of ['NONE', 'CRC32', 'NONE', 'CRC32'].entries()) {
      await session.execute(`SET GLOBAL binlog_checksum = ${algorithm}`);
      await session.execute(`INSERT INTO t (id) VALUES (${i})`);
      expected.push(`t written ${i}`);
      // One that begins under this algorithm.
      await using fresh = await record(server, session, [await watch(session, db.name, 't')]);
      await session.execute(`INSERT INTO t (id) VALUES (${100 + i})`);
      expect(await fresh.settle()).toEqual([`t written ${100 + i}`]);
      expected.push(`t written ${100 + i}`);
    }
    expect(await recording.settle()).toEqual(expected);
  });

  it('goes on into the next files', async () => {
    const { file } = recording.tail.position;
    expect(await says('INSERT INTO t (id) VALUES (1)', 'FLUSH BINARY LOGS', 'FLUSH BINARY LOGS')).toEqual([
      't written 1',
    ]);
    expect(recording.tail.position.file).not.toBe(file);
    expect(await says('INSERT INTO t (id) VALUES (2)')).toEqual(['t written 2']);
  });

  it('statements with parameters and generated values', async () => {
    await session.execute('CREATE TABLE calls (id INT PRIMARY KEY AUTO_INCREMENT, a DOUBLE, b INT)');
    expect(
      await says(
        'SET SESSION binlog_format = STATEMENT',
        'SET @x = 5',
        'INSERT INTO calls (a, b) VALUES (RAND(), @x)',
        'SET SESSION binlog_format = ROW',
        'INSERT INTO t (id) VALUES (3)',
      ),
    ).toEqual(['t written 3']);
  });
});

describe('what stops it', () => {
  it.each([
    'ALTER TABLE t ADD c INT',
    'TRUNCATE TABLE t',
    'DROP TABLE t',
    'RENAME TABLE t TO t2',
    'CREATE INDEX i ON t (v)',
    'CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.v = 1',
    'ALTER TABLE other ADD FOREIGN KEY (id) REFERENCES t (id)',
  ])('%s', async (sql) => {
    const error = await stopsAt('INSERT INTO t (id) VALUES (1)', sql);
    expect(error).toMatchObject({
      code: 'source-changed',
      message: expect.stringContaining(sql.replace(/ .*/, '')) as string,
    });
    // Everything before the stop was delivered.
    expect(recording.recorder.take()).toEqual(['t written 1']);
    await expect(recording.tail.reached({ file: 'x.999999', offset: 4 }, 1_000)).rejects.toBe(error);
  });

  it('DML in statement form', async () => {
    const error = await stopsAt('SET SESSION binlog_format = STATEMENT', 'INSERT INTO t (id) VALUES (1)');
    expect(error).toMatchObject({
      code: 'statement-logged',
      message: expect.stringContaining('INSERT INTO t') as string,
    });
  });

  it('rows of a table that is not the pinned one', async () => {
    const watched = await watch(session, db.name, 't');
    await session.execute('ALTER TABLE t ADD c INT');
    await using late = await record(server, session, [watched]);
    await session.execute('INSERT INTO t (id) VALUES (1)');
    await expect(late.tail.failed).rejects.toMatchObject({ code: 'source-changed' });
    await session.execute('ALTER TABLE t DROP c, MODIFY v BIGINT');
    await using changed = await record(server, session, [watched]);
    await session.execute('INSERT INTO t (id) VALUES (2)');
    await expect(changed.tail.failed).rejects.toMatchObject({
      code: 'source-changed',
      message: expect.stringContaining('column v') as string,
    });
  });

  it('an error of the sink', async () => {
    recording.recorder.change = () => {
      throw new Error('sink');
    };
    await session.execute('INSERT INTO t (id) VALUES (1)');
    await expect(recording.tail.failed).rejects.toMatchObject({ code: 'internal-error', message: 'sink' });
  });
});

describe('what does not', () => {
  it('DDL elsewhere, on the engine’s schemas, and the swap', async () => {
    const [shadow, retired] = [`${db.name}__shadow`, `${db.name}__retired`];
    expect(
      await says(
        'ALTER TABLE other ADD c INT',
        'ANALYZE TABLE t',
        'CREATE VIEW v AS SELECT * FROM t',
        'DROP VIEW v',
        `CREATE DATABASE ${shadow}`,
        `CREATE DATABASE ${retired}`,
        `CREATE TABLE ${shadow}.t LIKE t`,
        `ALTER TABLE ${shadow}.t ADD c INT`,
        `TRUNCATE ${shadow}.t`,
        'CREATE TEMPORARY TABLE t (x INT)',
        'DROP TEMPORARY TABLE t',
        'INSERT INTO t (id) VALUES (1)',
        `RENAME TABLE t TO ${retired}.t, ${shadow}.t TO t`,
        'INSERT INTO t (id) VALUES (2)',
        'ALTER TABLE other DROP c',
      ),
    ).toEqual(['t written 1']);
  });
});
