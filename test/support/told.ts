import type { MigrationEvents } from '../../src/migration/events.js';
import type { Migration } from '../../src/migration/migration.js';

/** Resolves with the first event of that name that fits, told from the call on. */
export function told<E extends keyof MigrationEvents>(
  migration: Migration,
  event: E,
  fits: (payload: MigrationEvents[E]) => boolean = () => true,
): Promise<MigrationEvents[E]> {
  return new Promise((resolve) => {
    const listener = (payload: MigrationEvents[E]): void => {
      if (!fits(payload)) return;
      migration.off(event, listener);
      resolve(payload);
    };
    migration.on(event, listener);
  });
}
