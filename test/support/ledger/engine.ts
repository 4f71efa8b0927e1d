import { createMigration, type MigrationOptions, type Report } from '../../../src/index.js';
import { allSafeties, type Safeties } from '../../../src/util/safeties.js';
import type { MigrationTask } from './run.js';
import type { Workload } from './workload.js';

export interface EngineOptions {
  readonly options?: Partial<MigrationOptions>;
  readonly safeties?: Partial<Safeties>;
  /** Transactions that the writers do while the engine is ready, before it cuts over. */
  readonly busyFor?: number;
  /** What happens while rows are copied; it begins before the first one is. */
  readonly duringCopy?: (task: MigrationTask) => Promise<void>;
  /** More that happens before the cutover. */
  readonly beforeCutover?: (workload: Workload) => Promise<void>;
}

/**
 * A machine that runs other tests beside this one, with the writers in the engine's own process, is slow: the ledger is about rows, not
 * about time.
 */
const patience = { lockTimeoutMs: 1_000, cutoverDeadlineMs: 20_000 };

/** The migration in the middle of a ledger run: Tideover itself, as an orchestrator would call it. */
export function tideover({ options, safeties, busyFor = 0, duringCopy, beforeCutover }: EngineOptions = {}): (
  task: MigrationTask,
) => Promise<Report> {
  return async (task) => {
    const { settings, alter, workload } = task;
    let disturbed: Promise<void> | undefined;
    const disturb = (): Promise<void> => {
      disturbed = duringCopy?.(task);
      disturbed?.catch(() => undefined); // awaited when the run has ended
      return Promise.resolve();
    };
    const migration = createMigration(
      {
        ...patience,
        connection: settings,
        alter,
        hooks: {
          'before-copy': [disturb],
          'before-cutover': [() => workload.more(busyFor), () => beforeCutover?.(workload) ?? Promise.resolve()],
        },
        ...options,
      },
      { ...allSafeties, ...safeties },
    );
    const report = await migration.run();
    await disturbed;
    return report;
  };
}
