import { asTideoverError } from '../db/server-error.js';
import { messageOf, TideoverError } from '../errors.js';
import type { Phase } from '../journal/journal.js';
import { pause } from '../util/pause.js';
import { refuseOrphans } from './added-keys.js';
import { admitting, buildIndexes, copyTables, leaveLoading } from './copying.js';
import { finishCrashedCutover } from './crashed-cutover.js';
import { cutOver, rehearse, type Swapped } from './cutting-over.js';
import { dropRun } from './dropping.js';
import type { HookEvent, Report } from './events.js';
import { tellHooks } from './hooks.js';
import { alterInstantly } from './instant.js';
import { interrupted } from './interrupted.js';
import { openRun, type OpenedRun } from './opening.js';
import type { RunPoint } from './points.js';
import { runEngine, startRunning, type Goal, type RunContext, type Running } from './running.js';
import { settleRun, whileLive } from './settling.js';
import { findWindow, keepWindow } from './window.js';

/** The whole migration, in the order of src/README.md. Rejects with a TideoverError; what was reached stays resumable. */
export async function runMigration(context: RunContext, goal: Goal): Promise<Report> {
  await context.reached('connected');
  const finished = await finishCrashedCutover(context);
  const window = await (finished === null ? findWindow(context) : whileLive(() => findWindow(context)));
  if (window !== null) {
    context.emitter.emit('run:started', { runId: window.record.id, resumed: true });
    return keepWindow(context, window, goal);
  }
  if (finished !== null) return finished;
  const report = await runForth(context, goal);
  if (goal !== 'live' || context.settings.rollback === null) return report;
  const opened = await whileLive(() => findWindow(context));
  return opened === null ? report : keepWindow(context, opened, goal);
}

async function runForth(context: RunContext, goal: Goal): Promise<Report> {
  const startedAt = performance.now();
  const opened = await openRun(context);
  let running: Running | undefined;
  try {
    if (opened.instant) return await alterInstantly(context, opened, startedAt);
    running = await startRunning(context, opened);
    const swapped = await runEngine(running, migrate(running, goal));
    if (swapped === null) return running.reporter.report(null, startedAt);
    await context.reached('released');
    return await settleRun(context, opened.record, running.reporter.report(swapped, startedAt), swapped);
  } catch (error) {
    throw await failed(context, opened, running?.reporter.phase ?? opened.record.phase, error);
  } finally {
    await opened.lock.release();
  }
}

/** The steps until the new tables are live; null when the goal lies before that. */
async function migrate(running: Running, goal: Goal): Promise<Swapped | null> {
  const { engine, reporter, settings, reached } = running;
  await reached('engine-open');
  engine.supervisor.background(() => reporter.loop(engine.supervisor.signal));
  await hook(running, 'before-copy', 'copying');
  await enter(running, 'copying');
  await copyTables(running);
  await enter(running, 'indexing');
  await buildIndexes(running);
  await enter(running, 'catching-up');
  await engine.settle();
  await engine.verifier.sweepOrphans(() => settings.copyWorkers, engine.signal, engine.admit);
  await engine.settle();
  await enter(running, 'verifying');
  // What was asked for so far is what comes now.
  reporter.comparisonAsked = false;
  if (running.safeties.verification)
    await engine.verifier.scan(() => settings.copyWorkers, engine.signal, admitting(running, 'range-compared'));
  await engine.settle();
  await enter(running, 'ready');
  if (goal === 'verified') return null;
  if (goal !== 'live') {
    engine.rounds.setPace('hurrying');
    await leaveLoading(running);
    await rehearse(running, goal.rehearsals);
    return null;
  }
  for (;;) {
    await waitForWord(running);
    await hook(running, 'before-cutover', 'ready');
    // Also when it was asked for by the hook.
    await compareWhenAsked(running);
    await refuseOrphans(running);
    engine.rounds.setPace('hurrying');
    await leaveLoading(running);
    await enter(running, 'cutting-over');
    const swapped = await cutOver(running);
    if (swapped !== null) return swapped;
    // Of two operators one may have aborted what the other took back.
    reporter.abortedInCutover.signal.throwIfAborted();
    engine.rounds.setPace('following');
    await enter(running, 'ready');
  }
}

/** The next phase, unless the run was stopped; a failure of the engine is reported by its supervisor. */
async function enter(running: Running, phase: Phase & RunPoint): Promise<void> {
  // Being ready is no work that a pause would have to keep from beginning.
  if (phase !== 'ready') await running.engine.resumed();
  if (running.engine.signal.aborted) throw interrupted(running.reporter.phase);
  running.reporter.phase = phase;
  await running.journal.setPhase(running.opened.record.id, phase);
  running.emitter.emit('phase:entered', { phase });
  await running.reached(phase);
}

/**
 * Keeps shadow and source together until the cutover may begin: until the operator's word when it is postponed, until the word's time, and until no throttle
 * objects. Compares every row again when the operator asks for it.
 */
async function waitForWord(running: Running): Promise<void> {
  const { reporter, engine, emitter, control } = running;
  if (!control.mayCutOver) emitter.emit('cutover:postponed', { notBefore: control.word?.notBefore ?? null });
  while (!control.mayCutOver || reporter.comparisonAsked || engine.gate.isKeptBy('throttles')) {
    if (engine.signal.aborted) throw interrupted('ready');
    await compareWhenAsked(running);
    await engine.settle();
    await pause(50, engine.signal);
  }
}

async function compareWhenAsked({ settings, reporter, engine }: Running): Promise<void> {
  if (!reporter.comparisonAsked) return;
  reporter.comparisonAsked = false;
  await engine.verifier.scan(() => settings.copyWorkers, engine.signal, engine.admit);
}

async function hook(running: Running, event: HookEvent, phase: Phase): Promise<void> {
  await tellHooks(running, event, factsOf(running.opened), phase);
}

/** Journals the failure and tells the `failed` hooks; answers with the error that the caller throws. */
async function failed(context: RunContext, opened: OpenedRun, phase: Phase, thrown: unknown): Promise<unknown> {
  const error = await dropIfAborted(context, opened, asTideoverError(thrown));
  const text = `${error.code}: ${error.message}`;
  // The server may be the very thing that failed: then the journal cannot be told, and the next run finds out by itself.
  await context.journal.recordError(opened.record.id, text).catch(() => undefined);
  await tellHooks(context, 'failed', factsOf(opened), phase, text);
  return error;
}

async function dropIfAborted(context: RunContext, { record }: OpenedRun, error: TideoverError): Promise<TideoverError> {
  if (error.code !== 'aborted') return error;
  try {
    await dropRun(context, record);
    return error;
  } catch (cause) {
    return new TideoverError('aborted', `${error.message}; what it has built is still there: ${messageOf(cause)}`, {
      cause,
      hint: 'Run `tideover abort` again: it removes what is left.',
    });
  }
}

function factsOf({ record, plan }: OpenedRun): { runId: number; database: string; tables: readonly string[] } {
  return { runId: record.id, database: plan.database, tables: plan.tables.map(({ table }) => table) };
}
