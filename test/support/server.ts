import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionSettings } from '../../src/db/dsn.js';
import { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import { messageOf } from '../../src/errors.js';
import { follow, waitUntilCaughtUp } from './replication.js';
import type { ServerHost } from './server-host.js';
import { serverSource } from './server-source.js';

/** A real MariaDB for tests. `root` may do everything on it. */
export interface TestServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  settings(database: string, overrides?: Partial<ConnectionSettings>): ConnectionSettings;
  /** A session as a client of the service gets it: the server's own defaults, no default schema. */
  connect(): Promise<Session>;
  /** Shuts down in order, if it runs, and starts again on the same port and data; with `args` in place of those before, if given. */
  restart(args?: readonly string[]): Promise<void>;
  /** Ends the process at once; `restart()` brings it back. */
  kill9(): Promise<void>;
  /** Ends the server, its replicas and their data. */
  stop(): Promise<void>;
  /** A second server that replicates from this one by GTID; it runs when this resolves. */
  startReplica(options?: ServerOptions): Promise<TestReplica>;
  /** The last lines of the server's error log. */
  logTail(): Promise<string>;
}

export interface TestReplica extends TestServer {
  /** Resolves when everything that the primary had logged at the call is applied here. */
  caughtUp(): Promise<void>;
}

export interface ServerOptions {
  /** Options of mariadbd; they win over the defaults. */
  readonly args?: readonly string[];
  /** Commits survive kill9 (sync_binlog=1 and the like), at their price; for tests of durability and of visibility (I3). */
  readonly durable?: boolean;
}

/** From launch to the first session. A crash recovery may be part of it. */
const readyLimitMs = 120_000;

const defaultArgs = [
  '--log-bin=binlog',
  '--binlog-format=ROW',
  '--log-slave-updates',
  '--relay-log=relay',
  '--skip-name-resolve',
  '--character-set-server=utf8mb4',
  '--max-connections=500',
  '--innodb-buffer-pool-size=64M',
  '--innodb-log-file-size=64M',
];
const durableArgs = ['--sync-binlog=1', '--innodb-flush-log-at-trx-commit=1'];
/** A crash of the machine may cost the data; an ended process does not. */
const fastArgs = [
  '--sync-binlog=0',
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-flush-method=nosync',
  '--innodb-doublewrite=0',
  '--performance-schema=OFF',
];

/** Boots a private server; the caller stops it. It dies with this process in any case. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  return boot(options);
}

async function boot(options: ServerOptions): Promise<PrivateTestServer> {
  const source = await serverSource();
  const server = new PrivateTestServer(await source.createHost(), options);
  try {
    await server.restart();
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

class PrivateTestServer implements TestServer {
  readonly host: string;
  readonly port: number;
  readonly user = 'root';
  readonly password = undefined;
  readonly #machine: ServerHost;
  readonly #serverId = randomInt(1, 2 ** 32);
  readonly #options: ServerOptions;
  readonly #replicas: TestServer[] = [];
  #args: readonly string[];

  constructor(machine: ServerHost, options: ServerOptions) {
    this.#machine = machine;
    this.#options = options;
    this.#args = options.args ?? [];
    this.host = machine.address.host;
    this.port = machine.address.port;
  }

  settings(database: string, overrides: Partial<ConnectionSettings> = {}): ConnectionSettings {
    return { host: this.host, port: this.port, user: this.user, database, ...overrides };
  }

  connect(): Promise<Session> {
    return new Server(this.settings('')).connectPlain('a test');
  }

  async restart(args: readonly string[] = this.#args): Promise<void> {
    this.#args = args;
    if ((await this.#machine.ended()) === undefined) await this.#machine.shutDown();
    const pace = this.#options.durable === true ? durableArgs : fastArgs;
    try {
      await this.#machine.launch([`--server-id=${this.#serverId}`, ...defaultArgs, ...pace, ...args]);
    } catch (error) {
      throw await this.#failure(messageOf(error));
    }
    await this.#ready();
  }

  /** Connects until the server that answers is this one: another process may have got the port first. */
  async #ready(): Promise<void> {
    const deadline = Date.now() + readyLimitMs;
    let obstacle = '';
    while (Date.now() < deadline) {
      const ended = await this.#machine.ended();
      if (ended !== undefined) throw await this.#failure(ended);
      try {
        const session = await this.connect();
        const { id } = await session.queryOne('SELECT @@server_id AS id').finally(() => session.close());
        if (id === String(this.#serverId)) return;
        obstacle = `another server answers on port ${this.port}`;
      } catch (error) {
        obstacle = messageOf(error);
      }
      await delay(20);
    }
    throw await this.#failure(`no session within ${readyLimitMs} ms: ${obstacle}`);
  }

  async #failure(reason: string): Promise<Error> {
    const tail = await this.logTail();
    return new Error(`the test server (${this.#machine.origin}) is not there: ${reason}. Its error log:\n${tail}`);
  }

  kill9(): Promise<void> {
    return this.#machine.kill();
  }

  async stop(): Promise<void> {
    for (const replica of this.#replicas.splice(0)) await replica.stop();
    await this.#machine.remove();
  }

  logTail(): Promise<string> {
    return this.#machine.logTail();
  }

  async startReplica(options: ServerOptions = {}): Promise<TestReplica> {
    const replica = await boot(options);
    this.#replicas.push(replica);
    await follow(replica, this.#machine.peerAddress, this.user);
    return Object.assign(replica, { caughtUp: () => waitUntilCaughtUp(replica, this) });
  }
}
