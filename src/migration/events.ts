import type { Plan } from '../plan/plan.js';
import type { Blocker, CutoverReport } from '../cutover/contract.js';
import type { HoldStep } from '../buffer/held.js';
import type { Phase, RunControl } from '../journal/journal.js';
import type { Forecast } from './forecast.js';
import type { CutoverHold } from './holding.js';

export type { Blocker, CutoverReport, CutoverHold, Forecast };

/** A moment's view of the run; counts are cumulative over the run, also across restarts where the journal knows them. */
export interface Progress {
  readonly phase: Phase;
  readonly rowsCopied: number;
  /** The server's estimate at the start. */
  readonly rowsEstimated: number;
  /** Keys that wait to be applied. */
  readonly backlog: number;
  readonly changesApplied: number;
  readonly rowsVerified: number;
  /** Seconds until ready, null while it cannot be said. */
  readonly etaS: number | null;
  /** Why copying pauses now, as `signal observed op limit`; null when it does not. */
  readonly throttled: string | null;
  /** Who paused the run, and since when (UTC); null when it is not paused. */
  readonly paused: RunControl['paused'];
  /** What is to be expected; null before the first look. */
  readonly forecast: Forecast | null;
}

/** What a finished run says. */
export interface Report {
  readonly runId: number;
  readonly database: string;
  readonly tables: readonly string[];
  readonly planHash: string;
  /** `instant`: the server changed metadata only; nothing was copied. */
  readonly method: 'copied' | 'instant';
  readonly rowsCopied: number;
  readonly changesApplied: number;
  readonly rowsVerified: number;
  /** Rows that differed without a pending change and were mended. */
  readonly rowsRepaired: number;
  /** Row events on a source between the locked position and the RENAME: 0 or the run fails loudly. Null after a crash when the log is gone. */
  readonly lostWrites: number | null;
  readonly cutover: CutoverReport | null;
  /** How long the service's requests were held, and what became of them. Null without buffers. */
  readonly hold: CutoverHold | null;
  readonly durationMs: number;
  /** Where the old tables are kept, null when there are none. */
  readonly retiredSchema: string | null;
}

/** One rehearsal: everything but the RENAME. */
export interface Rehearsed {
  readonly rehearsal: number;
  /** From the lock's request until the writers ran again. Null when the rehearsal failed. */
  readonly lockMs: number | null;
  /** Null when it failed, or without buffers. */
  readonly hold: CutoverHold | null;
  /** Why it failed; the service went on. */
  readonly failure: string | null;
}

/** Everything a run tells, for logs, metrics, the CLI and tests alike. */
export interface MigrationEvents {
  'plan:made': Plan;
  'run:started': { runId: number; resumed: boolean };
  'phase:entered': { phase: Phase };
  'progress:made': Progress;
  'hook:ran': { event: HookEvent; durationMs: number };
  'verify:differed': { table: string; keys: readonly string[] };
  /** Before a hold: how long it will take, in ms, as far as can be told. */
  'hold:forecast': { attempt: number; holdMs: number; clientTimeoutMs: number };
  'hold:stepped': HoldStep;
  'cutover:rehearsed': Rehearsed;
  'cutover:attempted': { attempt: number };
  'cutover:failed': { attempt: number; reason: string; blockers: readonly Blocker[]; retryInMs: number | null };
  /** Ready: the cutover waits for the operator's word, or for its time (UTC). */
  'cutover:postponed': { notBefore: string | null };
  'run:paused': NonNullable<RunControl['paused']>;
  'run:resumed': Record<string, never>;
  /** Everything that operators have set up to now. */
  'run:set': NonNullable<RunControl['set']>;
  /** Copying has to wait, for another cause than before, or has not any more (null). `signal observed op limit`. */
  'throttle:changed': { reason: string | null };
  /** The run will not get ready as things are; what to change. */
  'forecast:warned': { warning: string };
  'run:finished': Report;
}

/** `switched` is inside the hold: the new tables are live and the service's requests still wait. */
export type HookEvent = 'before-copy' | 'before-cutover' | 'switched' | 'after-cutover' | 'failed';

/** What a hook gets to know; the CLI hands it to commands as `TIDEOVER_*` environment variables. */
export interface HookFacts {
  readonly event: HookEvent;
  readonly runId: number;
  readonly database: string;
  readonly tables: readonly string[];
  readonly phase: Phase;
  /** `code: message` of the failure, for `failed`. */
  readonly error?: string;
}

/** A callback of the library's user. Throwing in a `before-` hook stops the run resumably (`hook-refused`). */
export type Hook = (facts: HookFacts) => Promise<void>;
