import type { CutoverChange } from '../cutover/change.js';
import { leaving } from '../cutover/change.js';
import type { BinlogPosition } from '../binlog/source.js';
import type { Plan } from '../plan/plan.js';
import { completeCutover } from '../cutover/complete.js';
import type { LiveState } from '../cutover/contract.js';
import { readOutcome } from '../cutover/outcome.js';
import { takeBackEnteringNames } from '../cutover/take-back.js';
import { asTideoverError } from '../db/server-error.js';
import type { Session } from '../db/session.js';
import { messageOf, TideoverError } from '../errors.js';
import { dropSchema } from '../plan/shadow.js';
import { recordOf } from '../plan/source.js';
import { journalExists } from '../journal/open-journal.js';
import type { Intent, RunRecord } from '../journal/journal.js';
import { acquireRunLock } from '../journal/run-lock.js';
import { tableNames } from '../schema/introspect.js';
import { quoteTable, retiredSchemaOf, shadowSchemaOf } from '../schema/names.js';
import { countLost, lostWritesError, readLogOfSwap, type LogOfSwap } from './barrier.js';
import { pause } from '../util/pause.js';
import { plainChangeOf } from './cutover-change.js';
import type { Swapped } from './cutting-over.js';
import { interrupted } from './interrupted.js';
import type { Progress, Report, WindowReport } from './events.js';
import { tellHooks } from './hooks.js';
import type { Settings } from './options.js';
import { dropRetired } from './drop-retired.js';
import type { RunContext } from './run.js';

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

async function settle(
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

/** What a run ends with, as the journal keeps it: one that is settled again must not forget it. */
interface Ended {
  readonly report: Report;
  readonly failure: TideoverError | null;
  /** Where the log of the rollback window begins; null when there is none. */
  readonly from: BinlogPosition | null;
}

type SavedFailure = Pick<TideoverError, 'code' | 'message' | 'hint' | 'facts'>;

/** The report with what else the end is made of beside it. */
export function savedText({ report, failure, from }: Ended): string {
  const saved: SavedFailure | null = failure && {
    code: failure.code,
    message: failure.message,
    hint: failure.hint,
    facts: failure.facts,
  };
  return JSON.stringify({ ...report, failure: saved, from });
}

export function savedOf(text: string): Ended {
  const saved = JSON.parse(text) as Report & { readonly failure: SavedFailure | null; readonly from?: BinlogPosition };
  const { failure, from = null, ...report } = saved;
  if (failure === null) return { report, failure, from };
  const { code, message, hint, facts } = failure;
  return {
    report,
    failure: new TideoverError(code, message, { facts, ...(hint === undefined ? {} : { hint }) }),
    from,
  };
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

/** Gives a run up: what it has built goes, and the journal says so. The source is not concerned, and the old tables of earlier runs stay. */
export async function dropRun(
  { server, journal }: Pick<RunContext, 'server' | 'journal'>,
  { id, database }: Pick<RunRecord, 'id' | 'database'>,
): Promise<void> {
  await server.withSession('dropping a run', async (session) => {
    await dropSchema(session, shadowSchemaOf(database));
    await dropEmptySchema(session, retiredSchemaOf(database));
  });
  await journal.setPhase(id, 'aborted');
}

async function dropEmptySchema(session: Session, schema: string): Promise<void> {
  if ((await tableNames(session, schema)).length === 0) await dropSchema(session, schema);
}

/**
 * A run whose engine died with the RENAME's intent in the journal: the server is asked what became of it (I7). What was swapped is finished.
 * Returns the report when that run made the change that is asked for now; null when there is anything left to do.
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
    const isSettling = intent.step === 'rename' && record.report !== null;
    if (!isSettling && !(await wasSwapped(context, record, intent))) {
      await server.withSession('taking the cutover back', (session) =>
        takeBackEnteringNames(session, changeIn(intent, record)),
      );
      await journal.clearIntent(record.id);
      return null;
    }
    const report = await (intent.step === 'rename' ? finish : finishBack)(context, record, intent);
    return isSameChange(context, record) ? report : null;
  } finally {
    await lock.release();
  }
}

async function finish(context: RunContext, record: RunRecord, intent: Intent): Promise<Report> {
  if (record.report !== null) return settle(context, record, savedOf(record.report));
  const { live, log, trouble } = await complete(context, record, intent);
  return settleRun(context, record, crashedReport(context, record, log, live), { log, trouble });
}

/** The same after a rollback: the old tables are live again. */
async function finishBack(context: RunContext, record: RunRecord, intent: Intent): Promise<Report> {
  const { log, trouble } = await complete(context, record, intent);
  const last = JSON.parse(record.progress ?? '{}') as Partial<Progress>;
  const window: WindowReport = {
    end: 'rolled-back',
    changesApplied: last.changesApplied ?? 0,
    rowsVerified: last.rowsVerified ?? 0,
    rowsRepaired: 0,
    cutover: null,
    lostWrites: log && countLost(log.lost),
  };
  return settleBack(context, record, window, { log, trouble });
}

async function complete(
  context: RunContext,
  record: RunRecord,
  intent: Intent,
): Promise<Pick<Swapped, 'log' | 'trouble'> & { readonly live: LiveState }> {
  const { server } = context;
  const change = changeIn(intent, record);
  const live = await whileLive(() => completeCutover(server, change));
  refuseUndone(live);
  const log = await whileLive(() => readLogOfSwap(server, change, intent.lockedPosition));
  const facts = { runId: record.id, database: record.database, tables: record.tables };
  const [event, phase] =
    intent.step === 'rename' ? (['switched', 'settling'] as const) : (['switched-back', 'rolling-back'] as const);
  // The engine may have died before it came so far; or after it: then the service's code is changed twice.
  const trouble = await tellHooks(context, event, facts, phase).then(() => wrongError(live), asTideoverError);
  return { live, log, trouble };
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
export function wrongError({ wrong }: LiveState): TideoverError | null {
  if (wrong.length === 0) return null;
  return new TideoverError('cleanup-failed', `the new tables are live, but ${wrong.join('; ')}`, {
    facts: { wrong },
    hint: 'Mend this by hand; the run is finished and repeats nothing.',
  });
}

/** What the journaled statement was a part of. */
function changeIn({ change }: Intent, { database, tables }: Pick<RunRecord, 'database' | 'tables'>): CutoverChange {
  return change === null ? plainChangeOf(database, tables) : (JSON.parse(change) as CutoverChange);
}

async function changeOfRun(
  { journal }: RunContext,
  run: Pick<RunRecord, 'id' | 'database' | 'tables'>,
): Promise<CutoverChange> {
  const intent = await journal.loadIntent(run.id);
  return intent === null ? plainChangeOf(run.database, run.tables) : changeIn(intent, run);
}

async function wasSwapped({ server, settings }: RunContext, record: RunRecord, intent: Intent): Promise<boolean> {
  const { id, database } = record;
  const change = changeIn(intent, record);
  const outcome = await server.withSession('reading the outcome', async (session) => {
    await untilEnded(session, intent.sql, settings.signal);
    return readOutcome(session, change);
  });
  if (outcome !== 'mixed') return outcome === 'swapped';
  throw new TideoverError('cutover-outcome-unknown', `the tables of run ${id} are neither swapped nor as they were`, {
    facts: { tables: leaving(change) },
    hint: `Look at ${database}, ${shadowSchemaOf(database)} and ${retiredSchemaOf(database)}: somebody has renamed tables by hand.`,
  });
}

/** The RENAME of an engine that died may still wait for its locks; the server ends it within a second or two. */
const endedLimitMs = 60_000;
const endedPollMs = 100;

/** Resolves when no session executes the statement. */
async function untilEnded(session: Session, sql: string, signal: AbortSignal): Promise<void> {
  const until = performance.now() + endedLimitMs;
  while (performance.now() < until) {
    const list = await session.query('SHOW FULL PROCESSLIST');
    if (!list.some((row) => row['Info'] === sql)) return;
    if (signal.aborted) throw interrupted('cutting-over');
    await pause(endedPollMs, signal);
  }
  throw new TideoverError(
    'cutover-outcome-unknown',
    'the RENAME TABLE of an earlier engine still waits on the server',
    {
      facts: { statement: sql },
      hint: 'End it there with KILL, and run the same command again.',
    },
  );
}

export function isSameChange({ settings }: RunContext, record: RunRecord): boolean {
  const asked = recordOf(settings.connection.database, settings.change);
  return JSON.stringify(asked) === JSON.stringify(record.statements.map((sql) => sql.trim()));
}

function crashedReport({ settings }: RunContext, record: RunRecord, log: LogOfSwap | null, live: LiveState): Report {
  const lostWrites = log && countLost(log.lost);
  const last = JSON.parse(record.progress ?? '{}') as Partial<Progress>;
  return {
    runId: record.id,
    database: record.database,
    tables: record.tables,
    planHash: record.planHash,
    method: 'copied',
    rowsCopied: last.rowsCopied ?? 0,
    changesApplied: last.changesApplied ?? 0,
    rowsVerified: last.rowsVerified ?? 0,
    rowsRepaired: 0,
    lostWrites,
    cutover: null,
    hold: null,
    durationMs: 0,
    retiredSchema: keptSchema(settings, lostWrites, live),
    window: null,
  };
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
