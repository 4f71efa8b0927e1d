import { setTimeout as delay } from 'node:timers/promises';
import { ServerError } from '../../../src/db/server-error.js';
import type { Session } from '../../../src/db/session.js';
import type { SyncPoint } from '../../../src/migration/points.js';
import type { FaultEngine, OpenedSession } from './engine.js';
import { sessionKinds, sessionsAt, type SessionKind } from './points.js';
import { engineUser, type FaultScene } from './scene.js';

/** Where a fault strikes: the engine stands at its point. */
export interface Struck {
  readonly scene: FaultScene;
  readonly engine: FaultEngine;
  /** All that it has opened so far. */
  readonly sessions: readonly OpenedSession[];
}

/** One thing that happens to a run. */
export interface Fault {
  readonly name: string;
  /** Errors that the service sees of it, by the server's number; 0 is a broken connection. */
  readonly seen: readonly number[];
  /** The engine reaches the server through a network of ours. */
  readonly throughProxy: boolean;
  readonly killsEngine: boolean;
  /** What the server needs to be like for it; it is used once. */
  readonly serverArgs?: readonly string[];
  readonly strikesAt: (point: SyncPoint) => boolean;
  /** Resolves when it has happened; what it resolves with mends what is broken, when the engine has ended. */
  readonly strike: (struck: Struck) => Promise<() => Promise<unknown>>;
}

/** What a server has committed outlives its process, without the price of syncing to disk. */
export const committedStays = ['--innodb-flush-log-at-trx-commit=2', '--innodb-doublewrite=1'];

const nothing = (): Promise<void> => Promise.resolve();
const everywhere = (): boolean => true;

/** ER_SERVER_SHUTDOWN, ER_CONNECTION_KILLED: said to those who are connected. */
const connectionsBreak = [0, 1053, 1927];

/** How long a network that was cut stays so. */
const cutMs = 1_500;

const engineKilled: Fault = {
  name: 'engine-killed',
  seen: [],
  throughProxy: false,
  killsEngine: true,
  strikesAt: everywhere,
  strike: async ({ engine }) => {
    await engine.kill9();
    return nothing;
  },
};

const serverKilled: Fault = {
  name: 'server-killed',
  seen: connectionsBreak,
  throughProxy: false,
  killsEngine: false,
  strikesAt: everywhere,
  strike: async ({ scene }) => {
    await scene.server.kill9();
    const back = scene.server.restart();
    return () => back;
  },
};

const serverRestarted: Fault = {
  name: 'server-restarted',
  seen: connectionsBreak,
  throughProxy: false,
  killsEngine: false,
  strikesAt: everywhere,
  strike: ({ scene }) => {
    const back = scene.server.restart();
    return Promise.resolve(() => back);
  },
};

const networkCut: Fault = {
  name: 'network-cut',
  seen: [],
  throughProxy: true,
  killsEngine: false,
  strikesAt: everywhere,
  strike: ({ scene: { proxy } }) => {
    proxy.cut();
    const mended = delay(cutMs).then(() => proxy.mend());
    return Promise.resolve(() => mended);
  },
};

const networkSilent: Fault = {
  name: 'network-silent',
  seen: [],
  throughProxy: true,
  killsEngine: false,
  strikesAt: everywhere,
  strike: ({ scene: { proxy } }) => {
    proxy.fallSilent();
    return Promise.resolve(() => {
      proxy.mend();
      return nothing();
    });
  },
};

/** ER_RECORD_FILE_FULL, ER_GET_ERRNO, ER_TOO_MANY_CONCURRENT_TRXS */
const fullErrnos = [1114, 1030, 1637];

const diskOf = (size: string): string[] => [
  ...committedStays,
  '--innodb-file-per-table=0',
  `--innodb-data-file-path=ibdata1:12M:autoextend:max:${size}`,
];

/**
 * As InnoDB meets it: nothing can grow any more, neither the engine's tables nor the service's, nor the undo log. Now and then the server
 * dies of it (MariaDB 10.11.19 aborts itself): then it is away until there is room.
 */
const diskFull: Fault = {
  name: 'disk-full',
  seen: [...fullErrnos, ...connectionsBreak],
  throughProxy: false,
  killsEngine: false,
  serverArgs: diskOf('80M'),
  strikesAt: everywhere,
  strike: async ({ scene }) => {
    const filler = 'test.filler';
    await scene.asRoot(async (root) => {
      await root.execute('CREATE DATABASE IF NOT EXISTS test');
      await root.execute(`CREATE TABLE ${filler} (c LONGBLOB)`);
      for (const bytes of [1 << 20, 1 << 16, 1 << 12]) await untilFull(root, filler, bytes);
    });
    return () => scene.server.restart(diskOf('2G'));
  },
};

async function untilFull(root: Session, table: string, bytes: number): Promise<void> {
  for (;;) {
    try {
      await root.execute(`INSERT INTO ${table} VALUES (REPEAT('x', ${bytes}))`);
    } catch (error) {
      if (error instanceof ServerError && (fullErrnos.includes(error.errno) || error.connectionLost)) return;
      throw error;
    }
  }
}

function sessionKilled(kind: SessionKind): Fault {
  return {
    name: `${kind.replaceAll(' ', '-')}-killed`,
    seen: [],
    throughProxy: false,
    killsEngine: false,
    strikesAt: (point) => sessionsAt(point).includes(kind),
    strike: async ({ scene, sessions }) => {
      await scene.asRoot(async (root) => {
        const list = (await root.query('SHOW PROCESSLIST')).filter(({ User }) => User === engineUser);
        const found = list.find((row) => kindOf(row, sessions) === kind);
        if (found === undefined) throw new Error(`there is no session of ${kind}`);
        await root.execute(`KILL ${found.Id!}`);
      });
      return nothing;
    },
  };
}

/** What the engine has a session for. The binlog's and the journal's are not opened as the others are. */
export function kindOf(row: Readonly<Record<string, string | null>>, sessions: readonly OpenedSession[]): string {
  if (row['Command'] === 'Binlog Dump') return 'the binlog';
  return sessions.find(({ id }) => id === Number(row['Id']))?.purpose ?? 'the journal';
}

export const faults: readonly Fault[] = [
  engineKilled,
  serverKilled,
  serverRestarted,
  networkCut,
  networkSilent,
  diskFull,
  ...sessionKinds.map(sessionKilled),
];
