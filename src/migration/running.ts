import type { Server } from '../db/server.js';
import { TideoverError } from '../errors.js';
import type { Journal } from '../journal/journal.js';
import { bytesNeeded } from '../preflight/checks/disk-space.js';
import type { Safeties } from '../util/safeties.js';
import type { Swapped } from './cutting-over.js';
import type { Emitter } from './emitter.js';
import { Engine } from './engine.js';
import type { OpenedRun } from './opening.js';
import { OperatorControl } from './operator-control.js';
import type { Settings } from './options.js';
import type { Reached } from './points.js';
import { Reporter } from './reporter.js';
import { startThrottling } from './throttling.js';

/** What every step of a run may use. */
export interface RunContext {
  readonly settings: Settings;
  readonly safeties: Safeties;
  readonly server: Server;
  readonly journal: Journal;
  readonly emitter: Emitter;
  readonly reached: Reached;
}

/** A run in progress. */
export interface Running extends RunContext {
  readonly opened: OpenedRun;
  readonly engine: Engine;
  readonly reporter: Reporter;
  readonly control: OperatorControl;
}

/** Where a run ends: with the new tables live; before the cutover with everything compared (`tideover verify`); or after so many rehearsals of it. */
export type Goal = 'live' | 'verified' | { readonly rehearsals: number };

/**
 * Runs `work` beside the engine, and ends the engine. A RENAME that was on its way when some part of the engine failed has its outcome when the
 * engine has ended: a swap that happened counts, whatever failed beside it.
 */
export async function runEngine({ engine, reporter }: Running, work: Promise<Swapped | null>): Promise<Swapped | null> {
  const failure = await engine.supervisor.run(work).then(
    () => null,
    (error: unknown) => ({ error }),
  );
  await engine.close(work);
  const outcome = await work.catch((error: unknown) => {
    // It says that the new tables are live, or may be; what ended the engine says that nothing has happened.
    if (error instanceof TideoverError && (error.outcome === 'swapped' || error.outcome === 'unknown')) throw error;
    return null;
  });
  if (outcome === null) await reporter.lastCheckpoint();
  if (outcome === null && failure !== null) throw failure.error;
  return outcome;
}

/** Everything that works beside the migration; what operators have said before holds before anything begins. */
export async function startRunning(context: RunContext, opened: OpenedRun): Promise<Running> {
  const { server, settings, safeties, emitter } = context;
  const engine = await Engine.open({
    server,
    settings,
    safeties,
    plan: opened.plan,
    checkpoint: opened.checkpoint,
    rowsEstimated: opened.rowsEstimated,
    onDiffering: (table, keys) => emitter.emit('verify:differed', { table, keys }),
  });
  try {
    const control = new OperatorControl(context, engine, opened.record.id);
    await control.hear();
    const throttles = await startThrottling(context, opened, engine);
    const diskNeededBytes = await server.withSession('estimating', (session) => bytesNeeded(session, opened.plan));
    const reporter = new Reporter(context, opened, engine, { control, throttles, diskNeededBytes });
    return { ...context, opened, engine, reporter, control };
  } catch (error) {
    await engine.close(Promise.resolve());
    throw error;
  }
}
