import { createMigration, createOperator, type MigrationOptions, type Report } from '../../../src/index.js';
import { allSafeties, type Safeties } from '../../../src/util/safeties.js';
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
