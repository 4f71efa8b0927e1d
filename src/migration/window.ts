import { continuationOf } from '../binlog/continuation.js';
import { currentPosition } from '../binlog/position.js';
import { asTideoverError } from '../db/server-error.js';
import type { Server } from '../db/server.js';
import { TideoverError } from '../errors.js';
import type { Checkpoint, RollbackWindow, RunRecord } from '../journal/journal.js';
import { journalExists } from '../journal/open-journal.js';
import { acquireRunLock } from '../journal/run-lock.js';
import { shadowSchemaIn, type Plan } from '../plan/plan.js';
import { readTable } from '../schema/introspect.js';
import { quoteTable } from '../schema/names.js';
import { isSameStructure } from '../schema/structure-text.js';
import { pause } from '../util/pause.js';
import { refuseOrphans } from './added-keys.js';
import { cutOver, type Swapped } from './cutting-over.js';
import type { Report } from './events.js';
import { tellHooks } from './hooks.js';
import { interrupted } from './interrupted.js';
import { engineName, untilQuiet, type OpenedRun, isSameChange } from './opening.js';
import { msOf } from './operator-control.js';
import { runEngine, startRunning, type Goal, type RunContext, type Running } from './running.js';
import { closeWindow, settleBack } from './settling.js';

/** A run whose new tables are live, and whose old ones follow them. */
export interface OpenWindow {
  readonly record: RunRecord;
  readonly wayBack: Plan;
  readonly open: NonNullable<RollbackWindow['open']>;
}

/** The database's window; null when none is open. */
export async function findWindow({ server, journal, settings }: RunContext): Promise<OpenWindow | null> {
  if (!(await server.withSession('looking for a rollback window', journalExists))) return null;
  const record = await journal.unfinishedRun(settings.connection.database);
  if (record === null || !isWindow(record)) return null;
  const window = await journal.loadWindow(record.id);
  if (window === null || window.open === null) throw noWindow(record);
  return { record, wayBack: JSON.parse(window.wayBack) as Plan, open: window.open };
}

export function isWindow({ phase }: Pick<RunRecord, 'phase'>): boolean {
  return phase === 'rollback-window' || phase === 'rolling-back';
}

/**
 * Has the old tables follow the new ones until the window's time is over or an operator ends it, by a rollback or for good: a migration in the other direction that has copied everything.
 * Rejects with `window-stopped` when it cannot go on, and with `window-interrupted` when its user stops it.
 */
export async function keepWindow(context: RunContext, window: OpenWindow, goal: Goal): Promise<Report> {
  const { record, wayBack } = window;
  if (goal !== 'live') throw nothingBefore(record);
  if (!isSameChange(context, record)) throw otherChange(record);
  const lock = await acquireRunLock(context.server, record.database).catch(async (error: unknown) => {
    throw await stopped(context, record, error);
  });
  if (lock === null) throw otherEngine(record);
  try {
    await context.journal.takeUp(record.id, engineName());
    await refuseOtherTables(context.server, wayBack);
    await untilQuiet(context, shadowSchemaIn(wayBack));
    const checkpoint = await checkpointOf(context, record);
    const opened = { record, plan: wayBack, checkpoint, resumed: true, instant: false, lock };
    return await follow(context, window, { ...opened, rowsEstimated: new Map() });
  } catch (error) {
    throw await stopped(context, record, error);
  } finally {
    await lock.release();
  }
}

async function checkpointOf({ server, journal, safeties }: RunContext, record: RunRecord): Promise<Checkpoint> {
  const checkpoint = await journal.loadCheckpoint(record.id);
  if (checkpoint === null) throw noWindow(record);
  if (safeties.followsBack) return { ...checkpoint, position: await continuationOf(server, checkpoint.position) };
  return { ...checkpoint, position: await server.withSession('reading the log position', currentPosition) };
}

/** Both structures are those of the plan, or a change would be applied to something else. */
async function refuseOtherTables(server: Server, { tables }: Plan): Promise<void> {
  await server.withSession('reading the tables of the window', async (session) => {
    for (const planned of tables.flatMap(({ source, shadow }) => [source, shadow])) {
      const found = await readTable(session, planned.name);
      if (isSameStructure(found?.createSql ?? null, planned.createSql)) continue;
      throw new TideoverError('source-changed', `${quoteTable(planned.name)} is not as the change left it`, {
        facts: { planned: planned.createSql, found: found?.createSql ?? null },
        hint: 'Somebody has changed it since. The old tables cannot follow any more: end the window with "tideover finish".',
      });
    }
  });
}

async function follow(context: RunContext, window: OpenWindow, opened: OpenedRun): Promise<Report> {
  const running = await startRunning(context, opened);
  const { reporter } = running;
  reporter.window = window.open;
  running.emitter.emit('phase:entered', { phase: reporter.phase });
  const swapped = await runEngine(running, untilEnd(running));
  const end = swapped !== null ? 'rolled-back' : reporter.windowWord === 'finish' ? 'finished' : 'expired';
  const report = reporter.windowReport(end, swapped);
  return swapped === null
    ? await closeWindow(context, opened.record, report)
    : await settleBack(context, opened.record, report, swapped);
}

/** Null when the window ended without a rollback. */
async function untilEnd(running: Running): Promise<Swapped | null> {
  const { engine, reporter, opened } = running;
  engine.supervisor.background(() => reporter.loop(engine.supervisor.signal));
  if (running.safeties.verification) {
    // What the cutover left equal stays so by what is compared from here on.
    engine.verifier.begin();
    engine.supervisor.background(() => engine.keepVerified(engine.supervisor.signal));
    reporter.comparisonAsked = true;
  }
  const goesBack = opened.record.phase === 'rolling-back' || (await untilWord(running)) === 'rollback';
  return goesBack ? rollBack(running) : null;
}

/** Until an operator says what is to become of the window, or its time is over. Compares every row meanwhile, at first and when it is asked for. */
async function untilWord(running: Running): Promise<'rollback' | 'finish' | 'expired'> {
  const { engine, reporter, control, settings } = running;
  const enough = new AbortController();
  const signal = AbortSignal.any([engine.signal, enough.signal]);
  let isComparing = false;
  const compare = async (): Promise<void> => {
    await engine.verifier.scan(() => settings.copyWorkers, signal, engine.admit);
    if (!signal.aborted) reporter.verifiedAt = journalTime(control.serverMs);
    isComparing = false;
  };
  const until = msOf(reporter.window!.until);
  try {
    for (;;) {
      if (engine.signal.aborted) throw interrupted('rollback-window');
      if (reporter.windowWord !== null) return reporter.windowWord;
      if (control.serverMs >= until) return 'expired';
      if (reporter.comparisonAsked && !isComparing) {
        reporter.comparisonAsked = false;
        isComparing = true;
        engine.supervisor.background(compare);
      }
      await pause(50, engine.signal);
    }
  } finally {
    // What waits at the gate does not begin any more.
    enough.abort();
    while (engine.gate.inside > 0 && !engine.signal.aborted) await pause(5, engine.signal);
  }
}

/** The same cutover as the way there. */
async function rollBack(running: Running): Promise<Swapped | null> {
  const { engine, reporter, journal, emitter, opened } = running;
  reporter.phase = 'rolling-back';
  await journal.setPhase(opened.record.id, 'rolling-back');
  emitter.emit('phase:entered', { phase: 'rolling-back' });
  await refuseOrphans(running);
  engine.rounds.setPace('hurrying');
  await engine.settle();
  if (engine.signal.aborted) throw interrupted('rolling-back');
  return cutOver(running);
}

function journalTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** What the failure means to whoever reads it: the new tables are live, and the old ones wait where they are. */
async function stopped(context: RunContext, record: RunRecord, thrown: unknown): Promise<unknown> {
  const error = asTideoverError(thrown);
  const text = `${error.code}: ${error.message}`;
  await context.journal.recordError(record.id, text).catch(() => undefined);
  const { id: runId, database, tables } = record;
  await tellHooks(context, 'failed', { runId, database, tables }, 'rollback-window', text);
  if (!stopsWindow.has(error.outcome)) return error;
  if (error.code === 'interrupted') {
    return new TideoverError('window-interrupted', `the rollback window of run ${runId} was left on request`, {
      hint: 'The new tables are live, and the old ones do not follow them any more. Run the same command again to go on with the window.',
    });
  }
  return new TideoverError('window-stopped', `the rollback window of run ${runId} stopped: ${error.message}`, {
    cause: error,
    facts: { ...error.facts, code: error.code },
    hint: 'The new tables are live. Mend the cause and run the same command again, which goes on with the window; or end it with "tideover finish".',
  });
}

const stopsWindow: ReadonlySet<string> = new Set(['untouched', 'resumable']);

function noWindow({ id }: RunRecord): TideoverError {
  return new TideoverError(
    'checkpoint-unusable',
    `the journal has no rollback window for run ${id}, or only a part of it`,
    {
      hint: 'Somebody has changed the schema tideover by hand. The new tables are live: end the window with "tideover finish".',
    },
  );
}

function nothingBefore({ id }: RunRecord): TideoverError {
  return new TideoverError('usage-error', `the new tables of run ${id} are live: there is no cutover to rehearse`, {
    hint: 'Its rollback window is kept by "tideover run"; "tideover verify" compares every row there.',
  });
}

function otherChange({ id, database }: RunRecord): TideoverError {
  return new TideoverError('run-in-progress', `run ${id} of ${database} keeps a way back to its old tables`, {
    hint: 'End its window with "tideover finish" or "tideover rollback" first.',
  });
}

function otherEngine({ database }: RunRecord): TideoverError {
  return new TideoverError('run-in-progress', `another engine is at work on ${database}`, {
    hint: 'See "tideover status".',
  });
}
