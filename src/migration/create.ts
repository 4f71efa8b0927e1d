import type { RunContext } from './running.js';
import { asTideoverError } from '../db/server-error.js';
import { openFirstSession } from '../db/first-session.js';
import { Server } from '../db/server.js';
import { TideoverError } from '../errors.js';
import { openJournal } from '../journal/open-journal.js';
import { allSafeties, type Safeties } from '../util/safeties.js';
import { Emitter } from './emitter.js';
import type { MigrationEvents, Rehearsed } from './events.js';
import type { Migration } from './migration.js';
import { inspect } from './opening.js';
import { settingsOf, type MigrationOptions } from './options.js';
import { planForecast } from './plan-forecast.js';
import { passOn, type Reached } from './points.js';
import { runMigration } from './run.js';

/**
 * One migration of one project database. Nothing is connected or checked before a method is called.
 * Throws `usage-error` for options out of bounds. `safeties` is for the tests of the tests, `reached` for those of what breaks on the way.
 */
export function createMigration(
  options: MigrationOptions,
  safeties: Safeties = allSafeties,
  reached: Reached = passOn,
): Migration {
  const settings = settingsOf(options);
  const emitter = new Emitter();

  const withContext = async <T>(work: (context: RunContext) => Promise<T>): Promise<T> => {
    const server = new Server(settings.connection);
    const over = new AbortController();
    void server.watchForSilence(over.signal);
    try {
      // The first connection tells what is wrong with the address or the account.
      await (await openFirstSession(server, 'connecting')).close();
      const journal = await openJournal(server);
      try {
        // An operator may change the settings of a run, not those of the next one.
        return await work({ settings: { ...settings }, safeties, server, journal, emitter, reached });
      } finally {
        await journal.close();
      }
    } catch (error) {
      throw asTideoverError(error);
    } finally {
      over.abort();
    }
  };

  const migration: Migration = {
    plan: () =>
      withContext(async (context) => {
        const { plan, refusals, connections } = await inspect(context);
        const forecast = await context.server.withSession('forecasting', (session) => planForecast(session, plan));
        return { plan, refusals, connections, forecast };
      }),
    run: () => withContext((context) => runMigration(context, 'live')),
    verify: () =>
      withContext(async (context) => {
        if (settings.instant) throw nothingToDoBefore('compared');
        return runMigration(context, 'verified');
      }),
    rehearse: (times) =>
      withContext(async (context) => {
        if (settings.instant) throw nothingToDoBefore('rehearsed');
        const rehearsals: Rehearsed[] = [];
        emitter.on('cutover:rehearsed', (rehearsed) => rehearsals.push(rehearsed));
        await runMigration(context, { rehearsals: times });
        return rehearsals;
      }),
    on<E extends keyof MigrationEvents>(event: E, listener: (payload: MigrationEvents[E]) => void) {
      emitter.on(event, listener);
      return migration;
    },
    off<E extends keyof MigrationEvents>(event: E, listener: (payload: MigrationEvents[E]) => void) {
      emitter.off(event, listener);
      return migration;
    },
  };
  return migration;
}

/** An instant change has no copy and no cutover, and must not be made by who asks for less. */
function nothingToDoBefore(what: 'compared' | 'rehearsed'): TideoverError {
  return new TideoverError('usage-error', `an instant change cannot be ${what}`, {
    hint: 'Leave --instant out: then the tables are copied.',
  });
}
