import { createMigration, createOperator, type MigrationOptions, type Report } from '../../../src/index.js';
import { allSafeties, type Safeties } from '../../../src/util/safeties.js';
import type { ConnectionSettings } from '../../../src/db/dsn.js';
import { spawnTideover, type EventLine, type Tideover } from '../tideover.js';
import type { MigrationTask } from './run.js';

/** As in engine.ts. */
const patience = { lockTimeoutMs: 1_000, cutoverDeadlineMs: 20_000 };

export interface ThereAndBackOptions {
  readonly options?: Partial<MigrationOptions>;
  readonly safeties?: Partial<Safeties>;
  /** Transactions that the writers do on the new tables before the way back. */
  readonly busyFor: number;
}

/** A cutover, writers on the new tables, and a rollback, all by one engine. */
export function thereAndBack({
  options,
  safeties,
  busyFor,
}: ThereAndBackOptions): (task: MigrationTask) => Promise<Report> {
  return async ({ settings, alter, workload }) => {
    const migration = createMigration(
      { ...patience, connection: settings, alter, keepRollback: '1h', ...options },
      { ...allSafeties, ...safeties },
    );
    const opened = new Promise<void>((resolve) => migration.on('window:opened', () => resolve()));
    const run = migration.run();
    await Promise.race([opened, run]);
    await Promise.race([workload.more(busyFor), run]);
    const operator = createOperator(settings);
    try {
      const [report] = await Promise.all([run, operator.rollback()]);
      return report;
    } finally {
      await operator.close();
    }
  };
}

/** Starts `tideover run` with a window as a process of its own; the caller ends it. */
export function startEngine(
  { user, host, port, password, database }: ConnectionSettings,
  alter: readonly string[],
  more: readonly string[] = [],
): Tideover {
  const change = alter.flatMap((statement) => ['--alter', statement]);
  const patient = [
    '--lock-timeout',
    String(patience.lockTimeoutMs),
    '--cutover-deadline',
    String(patience.cutoverDeadlineMs),
  ];
  const dsn = `mariadb://${user}@${host}:${port}/${database}`;
  return spawnTideover(['run', '--dsn', dsn, ...change, '--keep-rollback', '1h', ...patient, '--json', ...more], {
    TIDEOVER_PASSWORD: password ?? '',
  });
}

/** The same by three engines: the first is killed in the window, the second right after the RENAME of the way back. */
export function thereAndBackWithDeaths(busyFor: number): (task: MigrationTask) => Promise<EventLine> {
  return async ({ settings, alter, workload }) => {
    const engines: Tideover[] = [];
    const start = (...more: string[]): Tideover => {
      const engine = startEngine(settings, alter, more);
      engines.push(engine);
      return engine;
    };
    const operator = createOperator(settings);
    try {
      const first = start();
      await first.event('window:opened');
      await workload.more(busyFor);
      first.signal('SIGKILL');
      await first.ended;
      await workload.more(busyFor);
      const second = start('--on-switched-back', 'kill -9 $PPID');
      await second.event('phase:entered', ({ phase }) => phase === 'rollback-window');
      await workload.more(busyFor);
      const asked = operator.rollback().catch((error: unknown) => error);
      await second.ended;
      await asked;
      await workload.more(busyFor);
      const third = start();
      return await third.event('run:finished');
    } finally {
      for (const engine of engines) engine.signal('SIGKILL');
      await operator.close();
    }
  };
}
