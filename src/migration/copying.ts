import {
  buildDeferredIndexes,
  dropForeignKeys,
  enterLoadForm,
  leaveLoadForm,
  loadFormOf,
  makeForeignKeys,
} from '../copy/load-form.js';
import { killOnAbort } from '../db/kill-on-abort.js';
import type { Session } from '../db/session.js';
import type { ForeignKey } from '../schema/foreign-keys.js';
import { shadowPair } from '../plan/cascade-columns.js';
import { passingNameOf, quoteTable, shadowSchemaOf } from '../schema/names.js';
import { rebuildFollowed } from '../plan/followed.js';
import type { Plan } from '../plan/plan.js';
import type { TableMapping } from '../schema/table.js';
import type { Admit } from '../util/admit.js';
import { interrupted } from './interrupted.js';
import type { Settings } from './options.js';
import type { RunPoint } from './points.js';
import type { Running } from './running.js';

/** Gives the new, empty shadow tables the form in which they load fastest. */
export async function prepareLoading(session: Session, plan: Plan, settings: Settings): Promise<void> {
  const { mode } = await session.queryOne('SELECT @@innodb_autoinc_lock_mode AS mode');
  for (const { shadow } of plan.foreignKeys.followed) await rebuildFollowed(session, shadow);
  const keys = shadowForeignKeys(plan);
  const namesOf = (table: string): string[] =>
    keys.filter(({ child }) => child.table === table).map(({ name }) => name);
  for (const { kind, table } of plan.moves) {
    if (kind !== 'dropped')
      await dropForeignKeys(session, { schema: shadowSchemaOf(plan.database), table }, namesOf(table));
  }
  for (const mapping of plan.tables) {
    const { shadow } = mapping;
    await enterLoadForm(
      session,
      loadFormOf(shadow, {
        deferIndexes: settings.indexes === 'after-copy',
        autoIncrementLocks: mode !== '2',
        lookups: lookupsOf(plan, mapping),
        foreignKeys: namesOf(shadow.name.table),
      }),
    );
  }
}

/** The shadow's columns by which the rows are found that InnoDB changes without an event, and their parents. */
function lookupsOf({ foreignKeys }: Plan, mapping: TableMapping): string[][] {
  const inShadow = (names: readonly string[]): string[] =>
    names.flatMap((name) => shadowPair(mapping, name)?.shadow.name ?? []);
  const { table } = mapping.source.name;
  return foreignKeys.cascades.flatMap((key) => [
    ...(key.child.table === table ? [inShadow(key.columns)] : []),
    ...(key.parent.table === table ? [inShadow(key.parentColumns)] : []),
  ]);
}

/** The foreign keys of the new tables while these are in the shadow schema. A parent that stays is waited for under a name that nobody has. */
function shadowForeignKeys({ database, foreignKeys }: Plan): ForeignKey[] {
  const schema = shadowSchemaOf(database);
  return foreignKeys.planned.map((key) => ({
    ...key,
    child: { ...key.child, schema },
    parent: foreignKeys.attached.includes(key) ? passingNameOf(key.parent) : { ...key.parent, schema },
  }));
}

/** Runs chunks and ranges when they are welcome; each one that ended is a point of the run. */
export function admitting({ engine, reached }: Running, point: RunPoint): Admit {
  return (work) =>
    engine.admit(async () => {
      const result = await work();
      await reached(point);
      return result;
    });
}

/** Copies what is left to copy, with the applier taking its turns. */
export async function copyTables(running: Running): Promise<void> {
  const { engine } = running;
  engine.rounds.setPace('copying');
  await engine.copier.run(engine.signal, admitting(running, 'chunk-copied'));
  engine.rounds.setPace('following');
}

/** Builds the indexes that were left out while copying. Nothing is applied meanwhile; the changes wait in the delta sets and in the log. */
export async function buildIndexes(running: Running): Promise<void> {
  await altering(running, 'building indexes', async (session, mapping) => {
    await buildDeferredIndexes(session, mapping.shadow);
    await session.query(`ANALYZE TABLE ${quoteTable(mapping.shadow.name)}`); // comparing starts with statistics, not with a guess
    await running.reached('index-built');
  });
}

/** Gives every shadow table its planned form, metadata only: what is left to do before the cutover. */
export async function leaveLoading(running: Running): Promise<void> {
  await altering(running, 'leaving the load form', async (session, mapping) => {
    await leaveLoadForm(session, mapping.shadow);
    await session.query(`ANALYZE TABLE ${quoteTable(mapping.shadow.name)}`); // so does the service
    await running.reached('load-form-left');
  });
  await running.server.withSession('making foreign keys', (session) =>
    makeForeignKeys(session, shadowForeignKeys(running.opened.plan)),
  );
  await running.reached('foreign-keys-made');
  await running.engine.settle();
}

/** Works on one shadow table after the other, while nothing is applied. Ended by an abort; every step of the work can be repeated. */
async function altering(
  { engine, server, reporter, opened }: Running,
  purpose: string,
  work: (session: Session, mapping: TableMapping) => Promise<void>,
): Promise<void> {
  await server
    .withSession(purpose, (session) =>
      killOnAbort(server, session, engine.signal, async () => {
        for (const mapping of opened.plan.tables) {
          // Before the rounds are held: a pause must not keep changes from being applied when the log is about to be purged.
          await engine.resumed();
          await engine.hold();
          await work(session, mapping);
          engine.rounds.followAgain();
        }
      }),
    )
    .catch((error: unknown) => {
      throw engine.signal.aborted ? interrupted(reporter.phase) : error;
    });
}
