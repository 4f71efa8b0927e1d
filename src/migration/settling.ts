import { readOutcome } from '../cutover/outcome.js';
import { messageOf, TideoverError } from '../errors.js';
import { dropSchema } from '../plan/shadow.js';
import { journalExists } from '../journal/open-journal.js';
import { acquireRunLock } from '../journal/run-lock.js';
import { tableNames } from '../schema/introspect.js';
import { quoteTable, retiredSchemaOf, shadowSchemaOf } from '../schema/names.js';
import type { Report } from './events.js';
import type { RunContext, Running } from './run.js';

/** After the swap: the empty shadow schema goes, the old tables stay or go, the journal gets the report. */
export async function settleRun(running: Running, report: Report): Promise<void> {
  const { journal, opened } = running;
  await journal.clearIntent(opened.record.id);
  await journal.saveReport(opened.record.id, JSON.stringify(report));
  await cleanUp(running, report.tables);
  await journal.setPhase(opened.record.id, 'done');
}

/** Removes the shadow schema with everything in it. For a run that was given up; the source is not concerned. */
export async function removeShadow({ server, settings }: Pick<RunContext, 'server' | 'settings'>): Promise<void> {
  await server.withSession('removing the shadow', (session) =>
    dropSchema(session, shadowSchemaOf(settings.connection.database)),
  );
}

/**
 * A run whose engine died with the RENAME's intent in the journal: the server is asked what became of it (I7).
 * Returns the report when the tables were swapped; null when there is no such run or nothing was swapped.
 */
export async function finishCrashedCutover(context: RunContext): Promise<Report | null> {
  const { server, journal, settings } = context;
  const { database } = settings.connection;
  if (!(await server.withSession('looking for a crashed cutover', journalExists))) return null;
  await journal.migrate();
  const record = await journal.unfinishedRun(database);
  const intent = record && (await journal.loadIntent(record.id));
  if (!record || !intent) return null;
  const lock = await acquireRunLock(server, database);
  if (lock === null) return null; // openRun says who is at work
  try {
    const tables = record.tables.map((table) => ({
      source: { schema: database, table },
      shadow: { schema: shadowSchemaOf(database), table },
      retired: { schema: retiredSchemaOf(database), table },
    }));
    const outcome = await server.withSession('reading the outcome', (session) => readOutcome(session, tables));
    if (outcome === 'mixed') {
      throw new TideoverError(
        'cutover-outcome-unknown',
        `the tables of run ${record.id} are neither swapped nor as they were`,
        {
          facts: { tables },
          hint: `Look at ${database}, ${shadowSchemaOf(database)} and ${retiredSchemaOf(database)}: somebody has renamed tables by hand.`,
        },
      );
    }
    await journal.clearIntent(record.id);
    if (outcome === 'not-swapped') return null;
    const report = crashedReport(record.id, database, record.tables, record.planHash, record.progress);
    await journal.saveReport(record.id, JSON.stringify(report));
    await cleanUp(context, record.tables);
    await journal.setPhase(record.id, 'done');
    context.emitter.emit('run:finished', report);
    return report;
  } finally {
    await lock.release();
  }
}

function crashedReport(
  runId: number,
  database: string,
  tables: readonly string[],
  planHash: string,
  progress: string | null,
): Report {
  const last = JSON.parse(progress ?? '{}') as { rowsCopied?: number; changesApplied?: number; rowsVerified?: number };
  return {
    runId,
    database,
    tables,
    planHash,
    method: 'copied',
    rowsCopied: last.rowsCopied ?? 0,
    changesApplied: last.changesApplied ?? 0,
    rowsVerified: last.rowsVerified ?? 0,
    rowsRepaired: 0,
    lostWrites: 0,
    cutover: null,
    durationMs: 0,
    retiredSchema: retiredSchemaOf(database),
  };
}

/** The old tables of earlier runs are not this run's to drop. */
async function cleanUp({ server, settings }: RunContext, tables: readonly string[]): Promise<void> {
  const { database } = settings.connection;
  const retired = retiredSchemaOf(database);
  try {
    await server.withSession('cleaning up', async (session) => {
      await dropSchema(session, shadowSchemaOf(database));
      if (!settings.dropRetired) return;
      for (const table of tables)
        await session.execute(`DROP TABLE IF EXISTS ${quoteTable({ schema: retired, table })}`);
      if ((await tableNames(session, retired)).length === 0) await dropSchema(session, retired);
    });
  } catch (error) {
    throw new TideoverError('cleanup-failed', `the new tables are live, but cleaning up failed: ${messageOf(error)}`, {
      cause: error,
      hint: 'Run "tideover cleanup" later.',
    });
  }
}
