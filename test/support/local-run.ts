import { onTestFinished } from 'vitest';
import { createMigration } from '../../src/migration/create.js';
import type { MigrationEvents, Report } from '../../src/migration/events.js';
import type { Migration } from '../../src/migration/migration.js';
import type { MigrationOptions } from '../../src/migration/options.js';

/** A run inside the test's own process. */
export interface LocalRun {
  readonly migration: Migration;
  readonly report: Promise<Report>;
  /** Resolves with the first event of that name that fits, told from the call on; rejects when the run ends without it, with the run's error if it has one. */
  readonly told: <E extends keyof MigrationEvents>(
    event: E,
    fits?: (payload: MigrationEvents[E]) => boolean,
  ) => Promise<MigrationEvents[E]>;
}

/** Starts it; nothing is told before the caller has had the time to listen. It is stopped with its test, if it has not ended before. */
export function startRun(options: MigrationOptions): LocalRun {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const signal = AbortSignal.any([stop.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const migration = createMigration({ ...options, signal });
  const report = migration.run();
  report.catch(() => undefined);
  return {
    migration,
    report,
    told: (event, fits = () => true) => {
      const found = new Promise<MigrationEvents[typeof event]>((resolve, reject) => {
        const listener = (payload: MigrationEvents[typeof event]): void => {
          if (!fits(payload)) return;
          migration.off(event, listener);
          resolve(payload);
        };
        migration.on(event, listener);
        report.then(() => reject(new Error(`the run ended without ${event}`)), reject);
      });
      // Whoever asked may come to it later.
      found.catch(() => undefined);
      return found;
    },
  };
}
