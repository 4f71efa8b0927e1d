import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import { TideoverError, type ErrorCode } from '../../src/errors.js';
import type { MigrationOptions, Report } from '../../src/index.js';
import { quoteTable, shadowSchemaOf } from '../../src/schema/names.js';
import { allSafeties, type Safeties } from '../../src/util/safeties.js';
import { testDatabase } from '../support/database.js';
import { tideover, type EngineOptions } from '../support/ledger/engine.js';
import { Random, seedFromEnvironment } from '../support/ledger/random.js';
import { runLedger, type LedgerResult, type LedgerRunOptions, type MigrationTask } from '../support/ledger/run.js';
import { shapes } from '../support/ledger/shapes.js';
import { runWeb, type WebRunOptions } from '../support/ledger/webs/run.js';
import { webs } from '../support/ledger/webs/webs.js';
import type { Workload } from '../support/ledger/workload.js';
import { hangingCommits, startSemiSync, type SemiSync } from '../support/semi-sync.js';
import type { TestServer } from '../support/server.js';
import { withSession } from '../support/sessions.js';
import { until } from '../support/until.js';

// The test of the tests: each mechanism that keeps data right is switched off by itself, and the ledger must see what that does.
// With the verification on, the engine may see it first; with the verification off, the ledger sees it alone.

const seed = seedFromEnvironment();

/** The seed chooses one for each mutation; MUTATIONS=all, which `npm run test:long` sets, takes both. */
const modes = ['on', 'off'] as const;
function modesOf(mutation: Mutation): readonly (typeof modes)[number][] {
  if (process.env['MUTATIONS'] === 'all') return modes;
  return [new Random(`${seed}/${mutation}`).pick(modes)];
}

/** Interleavings are chance: a mutation must be seen in one of so many runs. */
const maxRuns = 20;

/** Errors with which the engine itself says that rows are not what they must be. */
const confessions: readonly ErrorCode[] = ['verification-failed', 'lost-writes'];

type Mutation = Exclude<keyof Safeties, 'verification'>;

type Sizes = Pick<LedgerRunOptions<Report>, 'tables' | 'writers' | 'baseRows' | 'shapes' | 'only'>;
type WebSizes = Pick<WebRunOptions<Report>, 'web' | 'migrate' | 'writers' | 'baseRows' | 'only'>;

/** A workload that shows soon that a safety is missing: on single tables, or on a web of them. */
interface Setting {
  readonly sizes: Sizes | WebSizes;
  readonly options?: Partial<MigrationOptions>;
  readonly engine: Pick<EngineOptions, 'busyFor' | 'beforeCutover' | 'duringCopy'>;
  /** The suite's shared server by default. */
  readonly server?: () => TestServer;
}

async function ledgerRun(setting: Setting, safeties: Partial<Safeties>, run: number): Promise<LedgerResult<Report>> {
  const database = await testDatabase(setting.server?.());
  try {
    const common = {
      settings: database.settings,
      seed: `${seed}-${run}`,
      transactionsAround: 100,
      migration: tideover({ ...setting.engine, safeties, options: setting.options ?? {} }),
    };
    const { sizes } = setting;
    return await ('web' in sizes ? runWeb({ ...common, ...sizes }) : runLedger({ ...common, ...sizes }));
  } finally {
    await database.drop();
  }
}

/** Who saw that something was wrong, and what. */
function noticedBy({ migration, faults }: LedgerResult<Report>): string[] {
  const ledger = faults.length > 0 ? [`the ledger: ${faults[0]!.slice(0, 200)}`] : [];
  if ('report' in migration) {
    const { rowsRepaired } = migration.report;
    return rowsRepaired > 0 ? [...ledger, `the engine: ${rowsRepaired} rows repaired`] : ledger;
  }
  const { error } = migration;
  const isConfession = error instanceof TideoverError && confessions.includes(error.code);
  return isConfession ? [...ledger, `the engine: ${error.message}`] : ledger;
}

function mutationTests(mutation: Mutation, setting: Setting): void {
  test.each(modesOf(mutation))(
    `without ${mutation} the fault is seen, verification %s`,
    async (verification) => {
      const isOn = verification === 'on';
      for (let run = 1; run <= maxRuns; run++) {
        const result = await ledgerRun(setting, { [mutation]: false, verification: isOn }, run);
        const seen = noticedBy(result).filter((text) => isOn || text.startsWith('the ledger'));
        if (seen.length > 0) {
          console.log(
            `seed ${seed}-${run}: without ${mutation}, verification ${verification}, seen by ${seen.join('; ')}`,
          );
          return;
        }
        // A run that stopped for another reason has shown nothing.
        if ('error' in result.migration) throw result.migration.error;
      }
      expect.fail(`nobody saw in ${maxRuns} runs from seed ${seed} that ${mutation} was off`);
    },
    300_000,
  );

  test(`with ${mutation} the same workload is exact, even without the verification`, async () => {
    const result = await ledgerRun(setting, { ...allSafeties, verification: false }, 0);
    if ('error' in result.migration) throw result.migration.error;
    expect(result.faults, `seed ${seed}-0`).toEqual([]);
  }, 120_000);
}

describe('I4', () => {
  /** Longer than the pacer keeps the applier from working, shorter than a chunk waits for a lock. */
  const hangMs = 2_000;
  const hangups = 3;

  /** Chunks hang between what they have read and what they write, while the service deletes rows that they have read. */
  async function hangChunks({ settings, tables }: MigrationTask): Promise<void> {
    // A gap can be locked at this level.
    const repeatable = 'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ';
    const control = await new Server(settings).connect('hanging chunks', [repeatable]);
    const shadow = quoteTable({ schema: shadowSchemaOf(settings.database), table: tables[0]! });
    const chunkHangs = async (): Promise<boolean> =>
      (await control.query('SHOW PROCESSLIST')).some(({ Info }) => Info?.startsWith(`REPLACE INTO ${shadow}`) === true);
    try {
      for (let round = 0; round < hangups; round++) {
        await control.execute('START TRANSACTION');
        // The gap behind the last row, where a chunk writes.
        await control.query(`SELECT 1 FROM ${shadow} WHERE id = 2147483647 FOR UPDATE`);
        await until(chunkHangs);
        await delay(hangMs);
        await control.execute('ROLLBACK');
      }
    } finally {
      await control.close();
    }
  }

  mutationTests('exclusion', {
    // Nothing but deletes: a write would mend what a chunk has brought back, or hang as the chunk does.
    sizes: { tables: 1, writers: 8, baseRows: 50_000, shapes: [shapes[0]!], only: ['delete'] },
    options: { copyWorkers: 1, chunkTimeMs: 10_000 },
    engine: { duringCopy: hangChunks },
  });
});

describe('I1', () => {
  mutationTests('drain', { sizes: { tables: 1, writers: 8 }, engine: { busyFor: 100 } });
});

describe('I2', () => {
  // With one table RENAME goes first in line anyway; with several, writers slip in between its locks.
  mutationTests('guards', { sizes: { tables: 6, writers: 16, baseRows: 300 }, engine: { busyFor: 100 } });
});

describe('foreign keys', () => {
  // The parents stay: what their deletes and key changes do to the migrated children, and these to theirs, is not in the log.
  const chain = webs.find(({ name }) => name === 'chain')!;
  mutationTests('cascades', {
    sizes: {
      web: chain,
      migrate: ['subnet', 'lease'],
      writers: 8,
      baseRows: 2_000,
      only: ['insert', 'delete', 'update key'],
    },
    engine: { busyFor: 150 },
  });
});

describe('I3', () => {
  const writers = 8;
  const hangups = 6;
  /** An engine that reads with locks does not come to hang: then this is how long it had the chance to. */
  const hangLimitMs = 700;

  let semiSync: SemiSync;
  beforeAll(async () => {
    semiSync = await startSemiSync();
  });
  afterAll(() => semiSync.stop());

  /** Commits hang until the engine has tried to apply what it has read of them. */
  async function hangCommits(workload: Workload): Promise<void> {
    for (let round = 0; round < hangups; round++) {
      await workload.more(4 * writers);
      await semiSync.hold();
      try {
        await withSession(semiSync.primary, hanging);
      } finally {
        await semiSync.release();
      }
    }
  }

  /** Resolves when every writer hangs in a commit, and the engine in that of rows it has written to the shadow. */
  async function hanging(control: Session): Promise<void> {
    const deadline = Date.now() + hangLimitMs;
    while (Date.now() < deadline) {
      const stuck = await hangingCommits(control);
      if (stuck.length > writers && stuck.some((statement) => statement?.startsWith('REPLACE') === true)) return;
      await delay(20);
    }
  }

  mutationTests('lockingRead', {
    // Many rows that are changed once: no later change of the same row makes good for the one that was not seen. No deletes: the engine
    // would hang in its own before it reads.
    sizes: { tables: 1, writers, baseRows: 6_000, only: ['update', 'insert'] },
    engine: { beforeCutover: hangCommits },
    server: () => semiSync.primary,
  });
});
