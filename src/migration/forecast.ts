import type { Phase } from '../journal/journal.js';

/** What can be said of the time to come, while a run is under way. */
export interface Forecast {
  /** Changes of the migrated tables that arrive, per second. */
  readonly changesPerS: number;
  /** Keys that are applied per second when there are enough; null until it was seen. Less than `changesPerS` is no harm in itself: a hot key counts once. */
  readonly appliesPerS: number | null;
  /** Until everything is copied (while copying) or compared (while verifying), at the rates of the last minute and their spread; null when it cannot be said. */
  readonly etaS: { readonly low: number; readonly high: number } | null;
  /** Binlog that is not applied yet. */
  readonly bytesBehind: number;
  /** For the rest of the copy and its binlog. */
  readonly diskNeededBytes: number;
  /** For how long the server keeps the binlog that the run still needs: so long it may stay paused, or stopped. Null when nothing limits it. */
  readonly logKeptS: number | null;
  /** Why the run will not get ready as things are, and what to change; null when it will. */
  readonly warning: string | null;
}

/** One look at a run. Counts are cumulative. */
export interface Sample {
  readonly atMs: number;
  readonly phase: Phase;
  readonly isPaused: boolean;
  readonly changes: number;
  /** Rows copied, or compared, of `rowsToDo`; by phase. */
  readonly rowsDone: number;
  readonly rowsToDo: number;
  /** Log that is not even read: the tail waits while too many keys are in memory. */
  readonly bytesUnread: number;
  /** Why copying waits; null when it does not. */
  readonly throttled: string | null;
}

/** Samples that a forecast looks back at. */
export const samplesKept = 60;
export const sampleEveryMs = 1_000;
/** Fewer say nothing of a trend. */
const telling = 10;
/** The spread of an estimate is never said to be less: row counts are the server's guess. */
const leastSpread = 0.1;

/** The newest samples of one phase and without a pause: those before say nothing of what is to come. */
export function latestOf(samples: readonly Sample[]): readonly Sample[] {
  const last = samples.at(-1);
  const other = samples.findLastIndex(({ phase, isPaused }) => isPaused || phase !== last?.phase);
  return samples.slice(other + 1);
}

/** Seconds until the rest is done, from the rates between the samples. */
export function etaOf(samples: readonly Sample[]): Forecast['etaS'] {
  const last = samples.at(-1);
  if (!last || samples.length < 4 || (last.phase !== 'copying' && last.phase !== 'verifying')) return null;
  const left = Math.max(0, last.rowsToDo - last.rowsDone);
  const rates = between(samples, (a, b) => ((b.rowsDone - a.rowsDone) * 1_000) / (b.atMs - a.atMs));
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  if (mean <= 0) return null;
  const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length;
  // Twice the error of the mean.
  const spread = Math.max(leastSpread, (2 * Math.sqrt(variance / rates.length)) / mean);
  return {
    low: Math.round(left / (mean * (1 + spread))),
    high: Math.round(left / (mean * Math.max(1 - spread, leastSpread))),
  };
}

/** Changes per second over the samples. */
export function changesPerSOf(samples: readonly Sample[]): number {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.atMs <= first.atMs) return 0;
  return Math.round(((last.changes - first.changes) * 1_000) / (last.atMs - first.atMs));
}

/** Why the run will not get ready as things are, and what to change. */
export function warningOf(samples: readonly Sample[], appliesPerS: number | null): string | null {
  if (isOutrun(samples.slice(-telling))) {
    return (
      `changes come faster than they are applied (${appliesPerS ?? 'few'} keys/s), and the unread log grows: ` +
      'the run will not get ready like this. Copy less at once and apply more (tideover set --copy-workers 1 --apply-workers 8), or run it when the service writes less'
    );
  }
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || samples.length < samplesKept || last.rowsDone > first.rowsDone) return null;
  if (!samples.every(({ throttled }) => throttled !== null)) return null;
  const seconds = Math.round((last.atMs - first.atMs) / 1_000);
  return `nothing was copied or compared for ${seconds} s: ${last.throttled ?? ''}. Mend that, or allow more with tideover set`;
}

/** The log grows away from its reading: at no moment of the second half is less unread than at any of the first. */
function isOutrun(samples: readonly Sample[]): boolean {
  if (samples.length < telling) return false;
  const unread = samples.map(({ bytesUnread }) => bytesUnread);
  const half = telling / 2;
  return Math.min(...unread.slice(half)) > Math.max(...unread.slice(0, half));
}

function between<T>(samples: readonly Sample[], rate: (a: Sample, b: Sample) => T): T[] {
  return samples.slice(1).map((sample, i) => rate(samples[i]!, sample));
}
