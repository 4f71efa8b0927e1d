import { createMigration, type MigrationOptions, type Report } from '../../../src/index.js';
import { allSafeties, type Safeties } from '../../../src/util/safeties.js';
import type { MigrationTask } from './run.js';

export interface EngineOptions {
  readonly options?: Partial<MigrationOptions>;
  readonly safeties?: Partial<Safeties>;
  /** Transactions that the writers do between the engine's first words and the cutover, so that the tail has work. */
  readonly busyFor?: number;
}

/** The migration in the middle of a ledger run: Tideover itself, as an orchestrator would call it. */
export function tideover({ options, safeties, busyFor = 0 }: EngineOptions = {}): (
  task: MigrationTask,
) => Promise<Report> {
  return ({ settings, alter, workload }) => {
    const migration = createMigration(
      {
        connection: settings,
        alter,
        hooks: { 'before-cutover': [() => workload.more(busyFor)] },
        ...options,
      },
      { ...allSafeties, ...safeties },
    );
    return migration.run();
  };
}
