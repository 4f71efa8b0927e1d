import type { Socket } from 'node:net';
import type mysql from 'mysql2/promise';
import { Session } from './session.js';
import type { ConnectionSettings } from './dsn.js';
import { ServerError } from './server-error.js';
import { pause } from '../util/pause.js';

/**
 * sql_mode of every engine session: strict about conversion, lenient about values that are stored already
 * (zero dates, AUTO_INCREMENT 0), so that a copy is exact or fails.
 */
const engineSqlMode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES';

/** Every wait of an engine session is bounded (I8). Seconds, as the server counts. */
const engineLockWaitTimeoutS = 5;

/** With the time that a connection may take this is half a minute at most. */
const signOfLifeEveryMs = 15_000;

const engineSetup = [
  `SET SESSION sql_mode = '${engineSqlMode}'`,
  // The binlog has TIMESTAMPs as UTC, and so are the key literals made of them.
  "SET SESSION time_zone = '+00:00'",
  // INSERT … SELECT of a chunk locks no rows of the source then.
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  `SET SESSION foreign_key_checks = 0, unique_checks = 1, lock_wait_timeout = ${engineLockWaitTimeoutS}, innodb_lock_wait_timeout = ${engineLockWaitTimeoutS}`,
  // IN lists of 1000 values or more would become a subquery, which reads the whole table; they must stay ranges.
  'SET SESSION in_predicate_conversion_threshold = 0',
  'SET SESSION wait_timeout = 28800, max_statement_time = 0, sql_safe_updates = 0, sql_select_limit = DEFAULT, group_concat_max_len = 1048576',
];

/** The MariaDB server of one project database: opens sessions with the engine's settings. */
export class Server {
  readonly settings: ConnectionSettings;
  /** Options as mysql2 takes them; the binlog connection needs them too. */
  readonly connectionOptions: mysql.ConnectionOptions;
  readonly #sockets = new Set<Socket>();

  constructor(settings: ConnectionSettings) {
    this.settings = settings;
    this.connectionOptions = {
      user: settings.user,
      ...(settings.password === undefined ? {} : { password: settings.password }),
      ...(settings.socketPath === undefined
        ? { host: settings.host, port: settings.port }
        : { socketPath: settings.socketPath }),
      connectTimeout: 10_000,
    };
  }

  /** A session with the engine's settings, and `more` of them, and no default schema. `purpose` names it in errors. */
  connect(purpose: string, more: readonly string[] = []): Promise<Session> {
    return this.#open(purpose, [...engineSetup, ...more]);
  }

  /** So many of them, all or none. */
  async connectAll(count: number, purpose: string, more: readonly string[] = []): Promise<readonly Session[]> {
    const opened = await Promise.allSettled(Array.from({ length: count }, () => this.connect(purpose, more)));
    const sessions = opened.flatMap((session) => (session.status === 'fulfilled' ? [session.value] : []));
    const failed = opened.find((session) => session.status === 'rejected');
    if (failed === undefined) return sessions;
    await Promise.all(sessions.map((session) => session.close()));
    throw failed.reason;
  }

  /** A session with the server's own defaults, as a client of the service would get: for the operator's DDL. */
  connectPlain(purpose: string): Promise<Session> {
    return this.#open(purpose, []);
  }

  #open(purpose: string, setup: readonly string[]): Promise<Session> {
    return Session.open(this.connectionOptions, purpose, setup, (socket) => this.remember(socket));
  }

  /** Makes an open connection one of those that `giveUpIfSilent` gives up. */
  remember(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /**
   * On a network that has fallen silent statements wait for hours (I8). When the server cannot be reached anew either, every connection
   * that is open is given up, and what waits for it fails with `connectionLost`.
   */
  async giveUpIfSilent(): Promise<void> {
    try {
      const session = await this.connectPlain('a sign of life');
      session.destroy();
    } catch (error) {
      if (!(error instanceof ServerError && error.connectionLost)) return;
      const silence = Object.assign(new Error('the server gave no sign of life'), { code: 'ETIMEDOUT' });
      for (const socket of this.#sockets) socket.destroy(silence);
    }
  }

  /**
   * Looks for a sign of life now and then until `over`: where there is no binlog whose silence would be noticed sooner, before the tail is open and after it has
   * ended, nobody waits for ever either. A server that refuses the connection lives.
   */
  async watchForSilence(over: AbortSignal): Promise<void> {
    for (;;) {
      await pause(signOfLifeEveryMs, over);
      if (over.aborted) return;
      await this.giveUpIfSilent();
    }
  }

  /** Opens a session for `work` and closes it whatever happens. */
  async withSession<T>(purpose: string, work: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.connect(purpose);
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }
}
