import type { Socket } from 'node:net';
import knexModule, { type Knex } from 'knex';
import type mysql from 'mysql2';
import type { Server } from '../db/server.js';
import { serverErrorOf, type ServerError } from '../db/server-error.js';
import { messageOf } from '../errors.js';
import { journalSchema } from '../schema/names.js';
import type { JournalRow } from './records.js';

/** How long a call of the journal may wait for a connection, new or free (I8). */
const acquireTimeoutMs = 10_000;

// READ COMMITTED: taking commands must not lock the gaps into which others post.
const sessionSetup =
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', tx_isolation = 'READ-COMMITTED', " +
  'lock_wait_timeout = 10, innodb_lock_wait_timeout = 10, max_statement_time = 0, wait_timeout = 28800';

/** Connections of the journal's pool, at most. */
export const journalSessions = 2;

type PoolCallback = (error: Error | null, connection: unknown) => void;
interface RawConnection {
  readonly stream: Socket;
  query(sql: string, done: (error: Error | null) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
}

/**
 * Opens the journal's pool; connects on first use. A connection that died in the pool is replaced when it is next asked for,
 * so that the journal survives a restart of the server.
 */
export function openPool(server: Server): Knex {
  return knexModule.knex({
    client: 'mysql2',
    connection: {
      ...server.connectionOptions,
      charset: 'utf8mb4',
      typeCast: (field) => field.string('utf8'),
      supportBigNumbers: true,
      bigNumberStrings: true,
      dateStrings: true,
      timezone: 'Z',
    } satisfies mysql.ConnectionOptions as Knex.StaticConnectionConfig,
    pool: {
      min: 1,
      max: journalSessions,
      afterCreate: (connection: RawConnection, done: PoolCallback) => {
        server.remember(connection.stream);
        // knex stops listening to a connection that it ends, and an error that its socket meets after that would end the process.
        connection.stream.prependListener('error', () => connection.on('error', () => undefined));
        connection.query(sessionSetup, (error) => done(error, connection));
      },
    },
    acquireConnectionTimeout: acquireTimeoutMs,
    // knex's own messages would go to the console; what they say is in the errors that it throws.
    log: { warn: () => undefined, error: () => undefined, debug: () => undefined, deprecate: () => undefined },
  });
}

/** What a row is written with. */
export type JournalValues = Readonly<Record<string, string | number | null | Knex.Raw>>;

/** A table of the journal: rows come as text. */
export type JournalRows = Knex.QueryBuilder<JournalValues, JournalRow[]>;

export function rowsOf(knex: Knex, table: string): JournalRows {
  return knex<JournalValues, JournalRow[]>(`${journalSchema}.${table}`);
}

/** Wraps a failure inside knex. */
export function journalErrorOf(error: unknown, method: string): ServerError {
  const fields = error as { code?: string; errno?: number; sqlState?: string };
  return serverErrorOf(
    Object.assign(new Error(wordsOf(error), { cause: error }), {
      code: fields.code,
      errno: fields.errno,
      sqlState: fields.sqlState,
    }),
    `journal: ${method}`,
  );
}

/** knex puts the whole statement with its values before the message: only the words of the server, or of the connection, are kept. */
function wordsOf(error: unknown): string {
  if (error instanceof knexModule.KnexTimeoutError)
    return `no connection for the journal within ${acquireTimeoutMs / 1000} s`;
  const { sqlMessage } = error as { sqlMessage?: string };
  return sqlMessage ?? messageOf(error).split(' - ').at(-1)!;
}
