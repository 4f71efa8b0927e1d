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
  /** Null while there is no rollback window. */
  readonly window: WindowProgress | null;
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
  /** Where the old tables are kept, null when there are none. After a rollback: where the new ones are. */
  readonly retiredSchema: string | null;
  /** What became of the rollback window; null when there is none, or none yet. */
  readonly window: WindowReport | null;
}

/** How a rollback window ended. */
export interface WindowReport {
  /** `expired`: its time is over, and the old tables stay as they were then. `finished`: an operator ended it, and they are dropped. */
  readonly end: 'rolled-back' | 'finished' | 'expired';
  /** Keys that the old tables followed, and rows that were compared, by the last engine. */
  readonly changesApplied: number;
  readonly rowsVerified: number;
  readonly rowsRepaired: number;
  /** Of the way back; null when there was none, or when its engine died in it. */
  readonly cutover: CutoverReport | null;
  /** As for the run, on the way back. */
  readonly lostWrites: number | null;
}

/** The state of an open rollback window. Times are UTC. */
export interface WindowProgress {
  readonly since: string;
  readonly until: string;
  /** How far the old tables are behind, s; 0 when nothing waits. */
  readonly lagS: number;
  /** When every row was last compared; null before the first time. */
  readonly verifiedAt: string | null;
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
  /** The new tables are live, and the old ones follow them until then; the run goes on. The report is that of the cutover. */
  'window:opened': { readonly report: Report; readonly until: string };
  'run:finished': Report;
}

/** `switched` is inside the hold: the new tables are live and the service's requests still wait. `switched-back` is its like in a rollback. */
export type HookEvent = 'before-copy' | 'before-cutover' | 'switched' | 'switched-back' | 'after-cutover' | 'failed';

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
