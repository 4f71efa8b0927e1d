import { asTideoverError } from '../db/server-error.js';
import type { Server } from '../db/server.js';
import type { Journal, Phase } from '../journal/journal.js';
import type { Safeties } from '../util/safeties.js';
import { pause } from '../util/supervisor.js';
import { copyTables, buildIndexes } from './copying.js';
import { cutOver, lostWritesAfter } from './cutting-over.js';
import type { Emitter } from './emitter.js';
import { Engine, interrupted } from './engine.js';
import type { HookEvent, Report } from './events.js';
import { runHooks } from './hooks.js';
import { alterInstantly } from './instant.js';
import { openRun, type OpenedRun } from './opening.js';
import type { Settings } from './options.js';
import { Reporter } from './reporter.js';
import { finishCrashedCutover, removeShadow, settleRun } from './settling.js';

/** What every step of a run may use. */
export interface RunContext {
  readonly settings: Settings;
  readonly safeties: Safeties;
  readonly server: Server;
  readonly journal: Journal;
  readonly emitter: Emitter;
}

/** A run in progress. */
export interface Running extends RunContext {
  readonly opened: OpenedRun;
  readonly engine: Engine;
  readonly reporter: Reporter;
}

/** Where a run ends: with the new tables live, or before the cutover with everything compared (`tideover verify`). */
export type Goal = 'live' | 'verified';

/** The whole migration, in the order of design.md §4. Rejects with a TideoverError; what was reached stays resumable. */
export async function runMigration(context: RunContext, goal: Goal): Promise<Report> {
  const startedAt = performance.now();
  const finished = await finishCrashedCutover(context);
  if (finished !== null) return finished;
  const opened = await openRun(context);
  try {
    if (opened.instant) return await alterInstantly(context, opened, startedAt);
    const engine = await startEngine(context, opened);
    const reporter = new Reporter(context, opened, engine);
    const work = migrate({ ...context, opened, engine, reporter }, goal, startedAt);
    try {
      return await engine.supervisor.run(work);
    } finally {
      await engine.close(work);
      await reporter.lastCheckpoint();
    }
  } catch (error) {
    throw await failed(context, opened, error);
  } finally {
    await opened.lock.release();
  }
}

async function migrate(running: Running, goal: Goal, startedAt: number): Promise<Report> {
  const { engine, reporter, settings } = running;
  engine.supervisor.background(() => reporter.loop(engine.supervisor.signal));
  await hook(running, 'before-copy', 'copying');
  await enter(running, 'copying');
  await copyTables(running);
  await enter(running, 'indexing');
  await buildIndexes(running);
  await enter(running, 'catching-up');
  await engine.settle();
  await enter(running, 'verifying');
  if (running.safeties.verification) await engine.verifier.scan(settings.copyWorkers, engine.signal, engine.admit);
  await engine.settle();
  await enter(running, 'ready');
  if (goal === 'verified') return reporter.report(null, 0, startedAt);
  await waitForWord(running);
  await hook(running, 'before-cutover', 'ready');
  await enter(running, 'cutting-over');
  const cut = await cutOver(running);
  const lostWrites = await lostWritesAfter(running, cut);
  await enter(running, 'settling');
  const report = reporter.report(cut, lostWrites, startedAt);
  await settleRun(running, report);
  await hook(running, 'after-cutover', 'done');
  running.emitter.emit('run:finished', report);
  return report;
}

async function startEngine(context: RunContext, opened: OpenedRun): Promise<Engine> {
  const { server, settings, safeties, emitter } = context;
  return Engine.open({
    server,
    settings,
    safeties,
    plan: opened.plan,
    checkpoint: opened.checkpoint,
    onDiffering: (table, keys) => emitter.emit('verify:differed', { table, keys }),
  });
}

/** The next phase, unless the run was stopped; a failure of the engine is reported by its supervisor. */
async function enter(running: Running, phase: Phase): Promise<void> {
  if (running.engine.signal.aborted) throw interrupted(running.reporter.phase);
  running.reporter.phase = phase;
  await running.journal.setPhase(running.opened.record.id, phase);
  running.emitter.emit('phase:entered', { phase });
}

/** Postponed: keeps shadow and source together until the operator says `cutover`. */
async function waitForWord(running: Running): Promise<void> {
  const { settings, reporter, engine, emitter } = running;
  if (!settings.postponeCutover) return;
  emitter.emit('cutover:postponed', {});
  while (!reporter.cutoverAllowed) {
    if (engine.signal.aborted) throw interrupted('ready');
    await engine.settle();
    await pause(50, engine.signal);
  }
}

async function hook(running: Running, event: HookEvent, phase: Phase): Promise<void> {
  const { record, plan } = running.opened;
  const startedAt = performance.now();
  await runHooks(running.settings.hooks[event] ?? [], {
    event,
    runId: record.id,
    database: plan.database,
    tables: plan.tables.map(({ table }) => table),
    phase,
  });
  running.emitter.emit('hook:ran', { event, durationMs: Math.round(performance.now() - startedAt) });
}

/** Journals the failure and tells the `failed` hooks; answers with the error that the caller throws. */
async function failed(context: RunContext, opened: OpenedRun, thrown: unknown): Promise<unknown> {
  const error = asTideoverError(thrown);
  const text = `${error.code}: ${error.message}`;
  // The server may be the very thing that failed: then the journal cannot be told, and the next run finds out by itself.
  await context.journal.recordError(opened.record.id, text).catch(() => undefined);
  if (error.code === 'aborted') {
    await removeShadow(context);
    await context.journal.setPhase(opened.record.id, 'aborted');
  }
  await runHooks(context.settings.hooks.failed ?? [], {
    event: 'failed',
    runId: opened.record.id,
    database: opened.plan.database,
    tables: opened.plan.tables.map(({ table }) => table),
    phase: opened.record.phase,
    error: text,
  });
  return error;
}
