import { connect } from 'node:net';
import { Readable } from 'node:stream';
import mysql from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { StatementTap } from '../../src/plan/statement-tap.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { startServer, type TestServer } from '../support/server.js';

/** A tap sees what clients say and changes nothing of it. */

let database: TestDatabase;
let tap: StatementTap;
let server: TestServer;

beforeAll(async () => {
  server = await startServer({ args: ['--max-allowed-packet=64M', '--local-infile=1'] });
});
afterAll(() => server.stop());

beforeEach(async () => {
  database = await testDatabase(server);
  tap = await StatementTap.open(database.settings);
});
afterEach(async () => {
  await tap.close();
  await database.drop();
});

function client(more: mysql.ConnectionOptions = {}): Promise<mysql.Connection> {
  const { user, password } = database.settings;
  return mysql.createConnection({
    host: tap.host,
    port: tap.port,
    user,
    ...(password === undefined ? {} : { password }),
    ...more,
  });
}

const seen = (): string[] => tap.log.statements.map(({ sql }) => sql);

test('statements of both protocols, changes of the schema, and what the server refused', async () => {
  const connection = await client({ database: database.name });
  await connection.query('CREATE TABLE t (id INT PRIMARY KEY, v TEXT)');
  await connection.execute('INSERT INTO t VALUES (?, ?)', [1, 'one']);
  await expect(connection.query('SELECT nonsense FROM t')).rejects.toThrow('nonsense');
  await connection.changeUser({ database: 'information_schema' });
  expect(await connection.query('SELECT COUNT(*) n FROM SCHEMATA').then(([rows]) => (rows as unknown[]).length)).toBe(
    1,
  );
  await connection.end();
  expect(seen()).toEqual([
    `USE \`${database.name}\``,
    'CREATE TABLE t (id INT PRIMARY KEY, v TEXT)',
    'INSERT INTO t VALUES (?, ?)',
    'SELECT nonsense FROM t',
    'USE `information_schema`',
    'SELECT COUNT(*) n FROM SCHEMATA',
  ]);
  expect(tap.log.statements.filter(({ failed }) => failed).map(({ sql }) => sql)).toEqual(['SELECT nonsense FROM t']);
  expect(tap.log).toMatchObject({ connections: 1, illegible: null });
  expect(await database.query('SELECT v FROM t')).toEqual([{ v: 'one' }]);
});

test('a client that would compress is not told that it could', async () => {
  const connection = await client({ compress: true, database: database.name });
  await connection.query('CREATE TABLE readable (id INT)');
  await connection.end();
  expect(seen()).toContain('CREATE TABLE readable (id INT)');
});

test('statements and answers longer than a packet arrive whole; of the statement the head is kept', async () => {
  await database.query('CREATE TABLE big (v LONGTEXT)');
  const connection = await client({ database: database.name });
  const value = 'x'.repeat(0xffffff + 4_711);
  await connection.query(`INSERT INTO big VALUES ('${value}')`);
  const exactly = 0xffffff - "INSERT INTO big VALUES ('')".length - 1;
  await connection.query(`INSERT INTO big VALUES ('${'y'.repeat(exactly)}')`);
  const [rows] = await connection.query('SELECT LENGTH(v) n, v FROM big ORDER BY n');
  expect((rows as { n: number; v: string }[]).map(({ n, v }) => [n, v.length])).toEqual([
    [exactly, exactly],
    [value.length, value.length],
  ]);
  await connection.end();
  const inserts = tap.log.statements.filter(({ sql }) => sql.startsWith('INSERT'));
  expect(inserts.map(({ cut }) => cut)).toEqual([true, true]);
  expect(inserts[0]!.sql.length).toBeLessThan(1_100_000);
  expect(seen().at(-1)).toBe('SELECT LENGTH(v) n, v FROM big ORDER BY n');
});

test('several connections at once keep their statements apart, in order', async () => {
  const connections = await Promise.all(Array.from({ length: 8 }, () => client({ database: database.name })));
  await Promise.all(
    connections.map(async (connection, i) => {
      for (let n = 0; n < 50; n += 1) await connection.query(`SELECT ${i} AS who, ${n} AS number`);
      await connection.end();
    }),
  );
  expect(tap.log.connections).toBe(8);
  for (let i = 0; i < 8; i += 1) {
    const own = tap.log.statements.filter(({ sql }) => sql.startsWith(`SELECT ${i} AS`));
    expect(own.map(({ sql }) => sql)).toEqual(
      Array.from({ length: 50 }, (_, n) => `SELECT ${i} AS who, ${n} AS number`),
    );
    expect(new Set(own.map(({ connection }) => connection)).size).toBe(1);
  }
});

test('a file that a client sends is no statement', async () => {
  await database.query('CREATE TABLE loaded (line VARCHAR(200))');
  const connection = await client({
    database: database.name,
    // 300 packets: their sequence numbers come around to 0, which is what begins a command.
    infileStreamFactory: () =>
      Readable.from(Array.from({ length: 300 }, (_, n) => Buffer.from(`\u0003DROP TABLE t${n}\n`))),
  });
  await connection.query("LOAD DATA LOCAL INFILE 'x' INTO TABLE loaded");
  await connection.query('SELECT 1');
  await connection.end();
  expect(await database.query('SELECT COUNT(*) n FROM loaded')).toEqual([{ n: '300' }]);
  expect(seen().slice(-2)).toEqual(["LOAD DATA LOCAL INFILE 'x' INTO TABLE loaded", 'SELECT 1']);
});

test('who goes on in TLS though it was not offered is noticed', async () => {
  const socket = connect(tap.port, tap.host);
  await new Promise((resolve) => socket.once('data', resolve));
  const request = Buffer.alloc(36);
  request.writeUIntLE(32, 0, 3);
  request[3] = 1;
  request.writeUInt32LE((1 << 9) | (1 << 11), 4);
  socket.write(request);
  await new Promise((resolve) =>
    socket
      .once('close', resolve)
      .once('error', () => undefined)
      .resume(),
  );
  expect(tap.log.illegible).toContain('TLS');
});

test('closing the tap ends its clients', async () => {
  const connection = await client();
  const ended = new Promise((resolve) => connection.once('error', resolve));
  const sleeping = connection.query('SELECT SLEEP(60)').catch((error: unknown) => error);
  await tap.close();
  expect(await Promise.race([ended, sleeping])).toBeInstanceOf(Error);
  tap = await StatementTap.open(database.settings);
});
