import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../support/database.js';
import { startServer, type TestServer } from '../support/server.js';

async function withRow(server: TestServer, value: string): Promise<void> {
  const session = await server.connect();
  await session.execute('CREATE DATABASE IF NOT EXISTS kept');
  await session.execute('CREATE TABLE IF NOT EXISTS kept.t (v VARCHAR(20) PRIMARY KEY)');
  await session.execute(`INSERT INTO kept.t VALUES ('${value}')`);
  await session.close();
}

async function rows(server: TestServer): Promise<(string | null)[]> {
  const session = await server.connect();
  const found = await session.query('SELECT v FROM kept.t ORDER BY v');
  await session.close();
  return found.map((row) => row['v'] ?? null);
}

async function variable(server: TestServer, name: string): Promise<string | null> {
  const session = await server.connect();
  const row = await session.queryOne(`SELECT @@GLOBAL.${name} AS value`);
  await session.close();
  return row['value'] ?? null;
}

describe('a private server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ args: ['--innodb-buffer-pool-size=48M'] });
  });
  afterAll(() => server.stop());

  test('logs rows and takes the options it is given', async () => {
    expect(await variable(server, 'log_bin')).toBe('1');
    expect(await variable(server, 'binlog_format')).toBe('ROW');
    expect(await variable(server, 'innodb_buffer_pool_size')).toBe(String(48 * 2 ** 20));
    expect(await variable(server, 'sync_binlog')).toBe('0');
  });

  test('keeps its data, port and options over a restart, and takes other options', async () => {
    await withRow(server, 'before the restart');
    const { port } = server;
    await server.restart();
    expect(await rows(server)).toContain('before the restart');
    expect(await variable(server, 'innodb_buffer_pool_size')).toBe(String(48 * 2 ** 20));
    await server.restart(['--skip-log-bin']);
    await server.restart();
    expect(await variable(server, 'log_bin')).toBe('0');
    expect(await rows(server)).toContain('before the restart');
    expect(server.port).toBe(port);
    await server.restart([]);
  });

  test('keeps its temporary tables when another server starts', async () => {
    const other = await startServer();
    try {
      const session = await server.connect();
      await session.execute('CREATE TEMPORARY TABLE mysql.kept (id INT) ENGINE=Aria');
      await session.execute('INSERT INTO mysql.kept VALUES (1)');
      await other.restart();
      await session.execute('ALTER TABLE mysql.kept ADD COLUMN note TEXT');
      await session.close();
    } finally {
      await other.stop();
    }
  });

  test('reports a failing start with the tail of its error log', async () => {
    await expect(startServer({ args: ['--no-such-option'] })).rejects.toThrow(/unknown option '--no-such-option'/);
  });
});

test('an acknowledged row of a durable server survives kill -9', async () => {
  const server = await startServer({ durable: true });
  try {
    expect(await variable(server, 'sync_binlog')).toBe('1');
    expect(await variable(server, 'innodb_flush_log_at_trx_commit')).toBe('1');
    await withRow(server, 'before the kill');
    const session = await server.connect();
    await server.kill9();
    await expect(session.query('SELECT 1')).rejects.toMatchObject({ connectionLost: true });
    await expect(server.connect()).rejects.toMatchObject({ connectionLost: true });
    await server.restart();
    expect(await rows(server)).toEqual(['before the kill']);
  } finally {
    await server.stop();
  }
});

test('a replica follows its primary', async () => {
  const primary = await startServer();
  try {
    await withRow(primary, 'before the replica');
    const replica = await primary.startReplica();
    // A second behind, so that only waiting finds the row.
    const session = await replica.connect();
    for (const sql of ['STOP SLAVE', 'CHANGE MASTER TO MASTER_DELAY = 1', 'START SLAVE']) await session.execute(sql);
    await session.close();
    await withRow(primary, 'after the replica');
    await replica.caughtUp();
    expect(await rows(replica)).toEqual(['after the replica', 'before the replica']);
    expect(await variable(replica, 'server_id')).not.toBe(await variable(primary, 'server_id'));
  } finally {
    await primary.stop();
  }
});

test('a test database is private, and is dropped with its shadow and retired schemas', async () => {
  const database = await testDatabase();
  const other = await testDatabase();
  const schemas = async () =>
    (await other.query(`SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA`))
      .map((row) => row['name'] ?? '')
      .filter((name) => name.startsWith(database.name))
      .sort();
  await database.query('CREATE TABLE t (id INT PRIMARY KEY)');
  await database.query(`CREATE DATABASE ${database.name}__shadow`);
  await database.query(`CREATE DATABASE ${database.name}__retired`);
  expect(await database.query('SELECT COUNT(*) AS n FROM t')).toEqual([{ n: '0' }]);
  expect(await other.query('SHOW TABLES')).toEqual([]);
  expect(await schemas()).toEqual([database.name, `${database.name}__retired`, `${database.name}__shadow`]);
  await database.drop();
  expect(await schemas()).toEqual([]);
  await other.drop();
});

test('a test database is dropped though sessions have transactions in it', async () => {
  const database = await testDatabase();
  await database.query('CREATE TABLE t (id INT PRIMARY KEY)');
  const left = await database.connect();
  await left.execute('BEGIN');
  await left.query('SELECT * FROM t');
  await database.drop();
  await expect(left.query('SELECT 1')).rejects.toMatchObject({ connectionLost: true });
});
