import type { BinlogPosition } from '../binlog/source.js';
import type { CutoverChange } from '../cutover/change.js';
import { leaving } from '../cutover/change.js';
import type { LiveState } from '../cutover/contract.js';
import { messageOf, TideoverError } from '../errors.js';
import type { RunRecord } from '../journal/journal.js';
import type { Plan } from '../plan/plan.js';
import { dropSchema } from '../plan/shadow.js';
import { quoteTable, retiredSchemaOf, shadowSchemaOf } from '../schema/names.js';
import { lostWritesError } from './barrier.js';
import { plainChangeOf, changeIn } from './cutover-change.js';
import type { Swapped } from './cutting-over.js';
import { dropRetired, dropEmptySchema } from './dropping.js';
import { savedOf, savedText, type Ended } from './ended.js';
import type { Report, WindowReport } from './events.js';
import { tellHooks } from './hooks.js';
import type { Settings } from './options.js';
import type { RunContext } from './running.js';

/**
 * After the swap: the report goes into the journal, the empty shadow schema goes, the old tables stay or go. From here on a failure is never
 * "resumable": the new tables are live. May be repeated after a crash at any point; rejects with `cleanup-failed` or, everything done, with what is wrong beside the live tables.
 */
export async function settleRun(
  context: RunContext,
  run: Pick<RunRecord, 'id' | 'database' | 'tables'>,
  report: Report,
  { log, trouble }: Pick<Swapped, 'log' | 'trouble'>,
): Promise<Report> {
  const lost = log?.lost ?? [];
  const retired = retiredSchemaOf(report.database);
  const failure = lost.length > 0 ? lostWritesError(retired, lost) : trouble;
  const opens = (await whileLive(() => context.journal.loadWindow(run.id))) !== null;
  if (!opens) return await settle(context, run, { report, failure, from: null });
  // Tables that lack rows have no way back that would not lose them.
  const from = lost.length > 0 ? null : (log?.renamed ?? null);
  return await settle(context, run, {
    report: { ...report, retiredSchema: retired },
    failure: failure ?? (from === null ? noWindow(retired) : null),
    from,
  });
}

export async function settle(
  context: RunContext,
  run: Pick<RunRecord, 'id' | 'database' | 'tables'>,
  ended: Ended,
): Promise<Report> {
  const { journal, emitter, reached } = context;
  const { report, failure, from } = ended;
  const until = await whileLive(async () => {
    await journal.saveReport(run.id, savedText(ended));
    await reached('report-saved');
    await cleanUp(context, report, await changeOfRun(context, run));
    const until = from === null ? null : await openWindow(context, run.id, from);
    if (until === null) await journal.finishRun(run.id, 'done');
    await reached('settled');
    return until;
  });
  await tellHooks(context, 'after-cutover', report, until === null ? 'done' : 'rollback-window');
  if (failure !== null) throw failure;
  if (until === null) emitter.emit('run:finished', report);
  else emitter.emit('window:opened', { report, until });
  return report;
}

function noWindow(retired: string): TideoverError {
  return new TideoverError('cleanup-failed', 'the new tables are live, but no rollback window could be opened', {
    hint: `The log of the cutover is gone. The old tables are in ${retired} as they were then.`,
  });
}

/** From the RENAME on the old tables follow: until then both sides are equal. Answers with the time until which they do, UTC. */
async function openWindow({ journal }: RunContext, runId: number, position: BinlogPosition): Promise<string> {
  const planned = await journal.loadWindow(runId);
  const { tables } = JSON.parse(planned?.wayBack ?? '{"tables":[]}') as Plan;
  const copied = tables.map(({ table }) => ({ table, watermark: null, copyDone: true, rowsCopied: 0 }));
  await journal.openWindow(runId, { position, pending: [], tables: copied });
  const { open } = (await journal.loadWindow(runId))!;
  return open!.until;
}

/** What fails here fails beside live tables. */
export async function whileLive<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new TideoverError('cleanup-failed', `the new tables are live, but finishing failed: ${messageOf(error)}`, {
      cause: error,
      hint: 'Run the same command again: it finishes the run.',
    });
  }
}

/** After a rollback's swap. The new tables are kept: they have what the old ones have no place for. May be repeated after a crash at any point. */
export async function settleBack(
  context: RunContext,
  record: RunRecord,
  window: WindowReport,
  { log, trouble }: Pick<Swapped, 'log' | 'trouble'>,
): Promise<Report> {
  const left = shadowSchemaOf(record.database);
  const lost = log?.lost ?? [];
  const failure = lost.length > 0 ? lostWritesError(left, lost) : trouble;
  const report = { ...savedOf(record.report!).report, window, retiredSchema: left };
  await whileLive(async () => {
    await context.server.withSession('cleaning up', (session) =>
      dropEmptySchema(session, retiredSchemaOf(record.database)),
    );
    await context.journal.saveReport(record.id, savedText({ report, failure, from: null }));
    await context.journal.finishRun(record.id, 'rolled-back');
  });
  if (failure !== null) throw failure;
  context.emitter.emit('run:finished', report);
  return report;
}

/** After a window without a rollback: the old tables stay as they are, or go. May be repeated after a crash at any point. */
export async function closeWindow(context: RunContext, record: RunRecord, window: WindowReport): Promise<Report> {
  const { journal, server, settings } = context;
  const { report } = savedOf(record.report!);
  const drops = window.end === 'finished' || settings.dropRetired;
  const ended = { ...report, window, retiredSchema: drops ? null : report.retiredSchema };
  await whileLive(async () => {
    if (drops) await dropRetired(server, record.database, record.tables);
    await journal.saveReport(record.id, savedText({ report: ended, failure: null, from: null }));
    await journal.setPhase(record.id, 'done');
  });
  context.emitter.emit('run:finished', ended);
  return ended;
}

/** Beside live tables something is left to do, which the next run tries again: then the run is not settled. */
export function refuseUndone({ undone }: LiveState): void {
  if (undone.length === 0) return;
  throw new TideoverError('cleanup-failed', `the new tables are live, but not all is done: ${undone.join('; ')}`, {
    facts: { undone },
    hint: 'End what is in the way and run the same command again at once: until then foreign keys or triggers are missing.',
  });
}

/** What no repetition mends, to be reported when all is done; null when there is nothing. */
export function wrongError({ wrong, interruption }: LiveState): TideoverError | null {
  if (wrong.length === 0) return null;
  const why = interruption === undefined ? '' : `; they were open before all was done, because: ${interruption}`;
  return new TideoverError('cleanup-failed', `the new tables are live, but ${wrong.join('; ')}${why}`, {
    facts: { wrong },
    hint: 'Mend this by hand; the run is finished and repeats nothing.',
  });
}

/** Where the old tables are kept, null when they are dropped: not while they alone may have what is wrong with the new ones. */
export function keptSchema(
  { dropRetired, connection }: Settings,
  lostWrites: number | null,
  { wrong }: LiveState,
): string | null {
  return dropRetired && lostWrites === 0 && wrong.length === 0 ? null : retiredSchemaOf(connection.database);
}

/** The old tables of earlier runs are not this run's to drop. */
async function cleanUp(
  { server, settings, reached }: RunContext,
  report: Report,
  change: CutoverChange,
): Promise<void> {
  const { database } = settings.connection;
  const retired = retiredSchemaOf(database);
  await server.withSession('cleaning up', async (session) => {
    await dropSchema(session, shadowSchemaOf(database));
    await reached('shadow-dropped');
    if (report.retiredSchema !== null) return;
    // The old tables may refer to each other; an engine's session does not mind.
    for (const { retired: table } of leaving(change))
      await session.execute(`DROP TABLE IF EXISTS ${quoteTable(table)}`);
    await dropEmptySchema(session, retired);
    await reached('retired-dropped');
  });
}

async function changeOfRun(
  { journal }: RunContext,
  run: Pick<RunRecord, 'id' | 'database' | 'tables'>,
): Promise<CutoverChange> {
  const intent = await journal.loadIntent(run.id);
  return intent === null ? plainChangeOf(run.database, run.tables) : changeIn(intent, run);
}
