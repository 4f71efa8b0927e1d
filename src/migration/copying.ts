import { buildDeferredIndexes, enterLoadForm, leaveLoadForm, loadFormOf } from '../copy/load-form.js';
import { killOnAbort } from '../db/kill-on-abort.js';
import type { Session } from '../db/session.js';
import { quoteTable } from '../schema/names.js';
import { shadowPair } from '../plan/cascade-columns.js';
import type { Plan } from '../plan/plan.js';
import type { TableMapping } from '../schema/table.js';
import { interrupted } from './engine.js';
import type { Settings } from './options.js';
import type { Running } from './run.js';

/** Gives the new, empty shadow tables the form in which they load fastest. */
export async function prepareLoading(session: Session, plan: Plan, settings: Settings): Promise<void> {
  const { mode } = await session.queryOne('SELECT @@innodb_autoinc_lock_mode AS mode');
  for (const mapping of plan.tables) {
    await enterLoadForm(
      session,
      loadFormOf(mapping.shadow, {
        deferIndexes: settings.indexes === 'after-copy',
        autoIncrementLocks: mode !== '2',
        soughtBy: foreignKeyColumns(plan, mapping),
      }),
    );
  }
}

/** The shadow's columns by which the rows are found that InnoDB changes without an event. */
function foreignKeyColumns({ foreignKeys }: Plan, mapping: TableMapping): ReadonlySet<string> {
  const { schema, table } = mapping.source.name;
  const own = foreignKeys.cascades.filter(({ child }) => child.schema === schema && child.table === table);
  return new Set(own.flatMap(({ columns }) => columns.flatMap((name) => shadowPair(mapping, name)?.shadow.name ?? [])));
}

/** Copies what is left to copy, with the applier taking its turns. */
export async function copyTables({ engine }: Running): Promise<void> {
  engine.setPace('copying');
  await engine.copier.run(engine.signal, engine.admit);
  engine.setPace('following');
}

/** Builds the indexes that were left out while copying. Nothing is applied meanwhile; the changes wait in the delta sets and in the log. */
export async function buildIndexes(running: Running): Promise<void> {
  await altering(running, 'building indexes', async (session, mapping) => {
    await buildDeferredIndexes(session, mapping.shadow);
    await session.query(`ANALYZE TABLE ${quoteTable(mapping.shadow.name)}`); // comparing starts with statistics, not with a guess
  });
}

/** Gives every shadow table its planned form, metadata only: what is left to do before the cutover. */
export async function leaveLoading(running: Running): Promise<void> {
  await altering(running, 'leaving the load form', async (session, mapping) => {
    await leaveLoadForm(session, mapping.shadow);
    await session.query(`ANALYZE TABLE ${quoteTable(mapping.shadow.name)}`); // so does the service
  });
  await running.engine.settle();
}

/** Works on each shadow table while nothing is applied. Ended by an abort; every step of the work can be repeated. */
async function altering(
  { engine, server, reporter }: Running,
  purpose: string,
  work: (session: Session, mapping: TableMapping) => Promise<void>,
): Promise<void> {
  await engine.holdRounds();
  await server
    .withSession(purpose, (session) =>
      killOnAbort(server, session, engine.signal, async () => {
        for (const { mapping } of engine.tables) await work(session, mapping);
      }),
    )
    .catch((error: unknown) => {
      throw engine.signal.aborted ? interrupted(reporter.phase) : error;
    });
  engine.followAgain();
}
