import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import type { ConnectionSettings } from '../../src/db/dsn.js';
import { quoteId, quoteString } from '../../src/db/quote.js';
import { Server } from '../../src/db/server.js';
import { ServerError } from '../../src/db/server-error.js';
import type { Row, Session } from '../../src/db/session.js';
import type { SharedServer } from './global-setup.js';
import type { TestReplica, TestServer } from './server.js';
import { withSession } from './sessions.js';

/** ER_NO_SUCH_THREAD: the session ended by itself. */
const noSuchThread = 1094;

/** A database that only one test uses. */
export interface TestDatabase {
  readonly name: string;
  readonly settings: ConnectionSettings;
  readonly server: TestServer;
  /** Runs a statement inside the database, on one session; a statement without a result set gives no rows. */
  query(sql: string): Promise<Row[]>;
  /** A further session that is inside the database; the caller closes it. */
  connect(): Promise<Session>;
  /** Removes the database with its shadow and retired schemas, and ends every session that is inside it, that of `query` too. */
  drop(): Promise<void>;
}

/** A new, empty database; on the suite's shared server unless another one is given. */
export async function testDatabase(server: TestServer = sharedServer()): Promise<TestDatabase> {
  const name = `td_${randomBytes(6).toString('hex')}`;
  const control = await server.connect();
  await control.execute(`CREATE DATABASE ${quoteId(name)}`);
  await control.execute(`USE ${quoteId(name)}`);
  return {
    name,
    server,
    settings: server.settings(name),
    query: async (sql) => {
      const rows: unknown = await control.query(sql);
      return Array.isArray(rows) ? (rows as Row[]) : [];
    },
    connect: async () => {
      const session = await server.connect();
      await session.execute(`USE ${quoteId(name)}`);
      return session;
    },
    drop: async () => {
      await control.close();
      // Not on the session above: the test may have killed it, or left it inside a transaction.
      await withSession(server, async (session) => {
        await endSessionsIn(session, name);
        // A failed test may have left a table elsewhere that refers to one in here, or a lock in a session that is elsewhere.
        await session.execute('SET foreign_key_checks = 0, lock_wait_timeout = 10');
        for (const schema of [name, `${name}__shadow`, `${name}__retired`]) {
          await session.execute(`DROP DATABASE IF EXISTS ${quoteId(schema)}`);
        }
      });
    },
  };
}

/** A failed test leaves its transactions open, and DROP DATABASE would wait for them. */
async function endSessionsIn(control: Session, database: string): Promise<void> {
  const sessions = await control.query(
    `SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = ${quoteString(database)}`,
  );
  for (const { id } of sessions) {
    await control.execute(`KILL ${id!}`).catch((error: unknown) => {
      if (!(error instanceof ServerError) || error.errno !== noSuchThread) throw error;
    });
  }
}

/** The suite's shared server. It belongs to all tests at once: none of them may restart or end it. */
export function sharedServer(): TestServer {
  const shared: SharedServer = inject('sharedServer');
  const refuse = () => Promise.reject(new Error('the shared server belongs to all tests: use startServer() for this'));
  const settings = (database: string, overrides: Partial<ConnectionSettings> = {}): ConnectionSettings => ({
    host: shared.host,
    port: shared.port,
    user: shared.user,
    ...(shared.password === undefined ? {} : { password: shared.password }),
    database,
    ...overrides,
  });
  return {
    ...shared,
    settings,
    connect: () => new Server(settings('')).connectPlain('a test'),
    restart: refuse,
    kill9: refuse,
    stop: refuse,
    startReplica: (): Promise<TestReplica> => refuse(),
    logTail: () => Promise.resolve('(the log of the shared server is not at hand)'),
  };
}
