import { enterLoadForm, leaveLoadForm, loadFormOf } from '../copy/load-form.js';
import { killOnAbort } from '../db/kill-on-abort.js';
import type { Session } from '../db/session.js';
import { quoteTable } from '../schema/names.js';
import type { Plan } from '../plan/plan.js';
import type { Settings } from './options.js';
import type { Running } from './run.js';

/** Gives the new, empty shadow tables the form in which they load fastest. */
export async function prepareLoading(session: Session, plan: Plan, settings: Settings): Promise<void> {
  const { mode } = await session.queryOne('SELECT @@innodb_autoinc_lock_mode AS mode');
  for (const { shadow } of plan.tables) {
    await enterLoadForm(
      session,
      loadFormOf(shadow, { deferIndexes: settings.indexes === 'after-copy', autoIncrementLocks: mode !== '2' }),
    );
  }
}

/** Copies what is left to copy, with the applier taking its turns. */
export async function copyTables({ engine }: Running): Promise<void> {
  engine.setPace('copying');
  await engine.copier.run(engine.signal, engine.admit);
  engine.setPace('following');
}

/** Gives every shadow table its planned form. Nothing is applied meanwhile; the changes wait in the delta sets and in the log. */
export async function buildIndexes({ engine, server }: Running): Promise<void> {
  await engine.holdRounds();
  await server.withSession('building indexes', (session) =>
    killOnAbort(server, session, engine.signal, async () => {
      for (const { mapping } of engine.tables) {
        await leaveLoadForm(session, mapping.shadow);
        // The optimizer of the new table starts with statistics, not with a guess.
        await session.query(`ANALYZE TABLE ${quoteTable(mapping.shadow.name)}`);
      }
    }),
  );
  engine.followAgain();
}
