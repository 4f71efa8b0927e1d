import type { BufferReport } from '../buffer/held.js';
import { leaseMs, whileHeld } from '../buffer/held.js';
import { TideoverError } from '../errors.js';
import type { Refusal } from '../plan/plan.js';
import { bufferRefusals } from '../preflight/buffers.js';
import { pause } from '../util/pause.js';
import type { Settings } from './options.js';
import type { Running } from './running.js';

/** How long the requests of one attempt waited, and what became of them. */
export interface CutoverHold {
  /** From the first buffer's hold until the last one's release was done. */
  readonly holdMs: number;
  /** In the order in which they were held. */
  readonly buffers: readonly BufferReport[];
}

/** A buffer on the same machine drains and answers in some ms; allowed for each in the forecast. */
const bufferMs = 50;
/** Finding the lock's moment, guards and RENAME take some ms each. */
const swapMs = 100;
/** Releasing what a dead engine held takes a moment after its lease. */
const answerMs = 2_000;
const lookMs = 500;
/** Assumed until a round has been timed. */
const slowKeysPerS = 5_000;

/**
 * Every buffer's obstacles, before anything is copied. When an unfinished run is continued its engine may have died while it held: an obstacle
 * that is gone when the lease has ended is none.
 */
export async function buffersRefused(
  { buffers, holdDeadlineMs, signal }: Settings,
  { resuming }: { readonly resuming: boolean },
): Promise<readonly Refusal[]> {
  const until = performance.now() + (resuming ? leaseMs + answerMs : 0);
  for (;;) {
    const found = await Promise.all(
      buffers.map(async (buffer) => ({ buffer: buffer.name, obstacles: await buffer.preflight(holdDeadlineMs) })),
    );
    const refusals = bufferRefusals(found);
    if (refusals.length === 0 || performance.now() >= until || signal.aborted) return refusals;
    await pause(lookMs, signal);
  }
}

/**
 * Does one attempt of the cutover while every buffer holds. Tried only when the forecast of the hold is shorter than the clients wait.
 * Resolves with what the attempt resolved with, whatever becomes of the releases; rejects as CutoverSteps.around may.
 */
export async function attemptWhileHeld<T>(
  running: Running,
  attempt: { readonly number: number; readonly of: 'cutover' | 'rollback' | 'rehearsal' },
  work: (stop: AbortSignal) => Promise<T>,
): Promise<{ readonly result: T; readonly hold: CutoverHold | null }> {
  const { settings, engine, emitter, opened } = running;
  if (settings.buffers.length === 0) return { result: await work(engine.signal), hold: null };
  const holdMs = forecastOf(running);
  emitter.emit('hold:forecast', { attempt: attempt.number, holdMs, clientTimeoutMs: settings.clientTimeoutMs });
  if (holdMs > settings.clientTimeoutMs) throw tooLong(holdMs, settings.clientTimeoutMs);
  const startedAt = performance.now();
  const { result, buffers } = await whileHeld(
    settings.buffers,
    {
      id: `run-${opened.record.id}-${attempt.of}-${attempt.number}`,
      deadlineMs: settings.holdDeadlineMs,
      drainMs: settings.drainTimeoutMs,
      maxHeld: settings.maxHeld,
      window: settings.releaseWindow,
      signal: engine.signal,
      onStep: (step) => emitter.emit('hold:stepped', step),
    },
    work,
  );
  return { result, hold: { holdMs: Math.round(performance.now() - startedAt), buffers } };
}

/** Draining the buffers, waiting for the lock, applying and comparing what is pending, and the swap. */
function forecastOf({ settings, engine }: Running): number {
  const keys = engine.rounds.backlog + engine.verifier.unverified;
  const drainMs = (1_000 * keys) / (engine.rounds.keysPerS ?? slowKeysPerS);
  return Math.round(settings.buffers.length * bufferMs + settings.lockTimeoutMs + drainMs + swapMs);
}

function tooLong(holdMs: number, clientTimeoutMs: number): TideoverError {
  return new TideoverError(
    'buffer-failed',
    `the hold would take about ${holdMs} ms, and clients wait ${clientTimeoutMs} ms`,
    { hint: 'Cut over when the service writes less; with --client-timeout say how long its clients really wait.' },
  );
}
