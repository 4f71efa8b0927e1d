import type { BinlogPosition } from '../binlog/source.js';
import type { LockedSources } from './lock.js';

/** What the drain callback answers for: shadow = mapping(source) at this position, which is not before the locked one (I1). */
export interface Drained {
  readonly position: BinlogPosition;
}

/** One session that keeps the cutover from its lock, as `SHOW PROCESSLIST` shows it. */
export interface Blocker {
  readonly id: number;
  readonly user: string;
  readonly host: string;
  readonly command: string;
  /** Age of its transaction where it has one, else of its command. */
  readonly seconds: number;
  readonly state: string;
  readonly statement: string;
}

export interface CutoverReport {
  readonly attempts: number;
  /** From the lock request of the successful attempt until its grant. */
  readonly lockWaitMs: number;
  readonly drainMs: number;
  readonly swapMs: number;
  /** From the lock request until the writers run again: no write waited longer on our locks in that attempt. */
  readonly writeStallMs: number;
}

/** One attempt without its RENAME: nothing has changed, and nothing of ours is left. */
export interface Rehearsal {
  /** From the lock request until the writers ran again. */
  readonly lockMs: number;
}

/** The new tables are live. */
export interface CutOver extends CutoverReport {
  /** A row event of a source between this and the RENAME's own event is a lost write. */
  readonly locked: BinlogPosition;
  /** What is not as it must be beside the live tables. */
  readonly live: LiveState;
}

/** What was found, and left, once the new tables were live. Lines of fact; none when everything is as planned. */
export interface LiveState {
  /** Work that could not be done; `completeCutover` may be tried again. */
  readonly undone: readonly string[];
  /** What no repetition mends: a constraint that does not hold, or one that is not what was planned. */
  readonly wrong: readonly string[];
  /** Why the tables were open for a time before they were tied in; absent when they were not, or when it is not known after a crash. */
  readonly interruption?: string;
}

export interface CutoverOptions {
  /**
   * How long one attempt may wait for what others hold, in all: this is how long it may stall the service for nothing. More tables get 4 ms each.
   * While nothing but short transactions is in the way, each further attempt may wait half as long again, up to `mostPatience` times this.
   */
  readonly lockTimeoutMs: number;
  /** How long one attempt may take from the grant of the lock on. */
  readonly deadlineMs: number;
  /** How often to try before `cutover-failed`. */
  readonly attempts: number;
  /** Bounds of the pause between attempts, which doubles. Defaults to `defaultBackoff`. */
  readonly backoff?: Backoff;
  /** How long a broken connection's RENAME may be asked after before `cutover-outcome-unknown`. Defaults to 30 s: a restart fits in. */
  readonly outcomeTimeoutMs?: number;
  /** Ends the attempts; from the sending of RENAME on, it waits for the outcome. */
  readonly signal: AbortSignal;
}

/** A saturated server's ordinary transactions take some 100 ms: waiting a little longer for them beats never getting the lock. */
export const mostPatience = 8;

export interface Backoff {
  readonly minMs: number;
  readonly maxMs: number;
}

/** With the default lock timeout of 200 ms: 4 attempts in the first 25 s, so at most 1 s of stall behind whoever sits on a table. */
export const defaultBackoff: Backoff = { minMs: 2_000, maxMs: 60_000 };

/**
 * Named moments of an attempt, in their order; tests act there. `opened`: all sessions, nothing locked. `locked`: A has every source.
 * `guards-waiting`: drained, and every guard is behind A. `handed-over`: A has let go, the guards have the sources. `rename-sent`: B is on its way.
 * `last-table`: B waits behind the last guard only. `sentry-dropped`: nothing but that guard stops B. `renamed`: the new tables are live; those that
 * foreign keys and triggers still tie to the old ones are closed. `detached`: the retired tables have let go of what stays. `rewiring`: the tables to be
 * altered are locked for that. `rewired`: all is done, nothing is open yet.
 */
export type CutoverPoint =
  | 'opened'
  | 'locked'
  | 'guards-waiting'
  | 'handed-over'
  | 'rename-sent'
  | 'last-table'
  | 'sentry-dropped'
  | 'renamed'
  | 'detached'
  | 'rewiring'
  | 'rewired';

/** Ids of the sessions of an attempt, in the server's counting. */
export interface AttemptSessionIds {
  readonly lock: number;
  readonly swap: number;
  readonly probe: number;
  readonly control: number;
  readonly latches: readonly number[];
  readonly guards: readonly number[];
  readonly neighbours: readonly number[];
  readonly keepers: readonly number[];
  readonly rewirers: readonly number[];
}

/** What the run gives to the cutover. */
export interface CutoverSteps {
  /**
   * Called while every source, and what foreign keys connect to it, is write-locked: reach `locked.position` with the tail, apply what is pending, verify what is dirty,
   * carry AUTO_INCREMENT over, and leave no transaction open on source or shadow. Has `remainingMs`; past it the attempt has ended already.
   * `wait-expired` and what is no TideoverError make the attempt fail and be repeated; any other TideoverError ends the cutover.
   */
  drain(locked: LockedSources, remainingMs: number): Promise<Drained>;
  /** Journals the statement before it is sent (I7). Runs beside the drain. */
  recordIntent(sql: string, locked: LockedSources): Promise<void>;
  /** The RENAME of the recorded intent did not and will not happen. */
  clearIntent(): Promise<void>;
  attempted(attempt: number): void;
  /**
   * Runs one attempt, with the service's requests held around it where there are buffers. Called when the tables look free. Resolves with
   * what `attempt` resolved with, whatever happens afterwards: the new tables are live then. Rejects with what `attempt` rejected with; an error of
   * its own before the attempt counts as a failed attempt when it is `buffer-failed`, and ends the cutover otherwise. `stop` ends the attempt like the cutover's signal.
   */
  around?(attempt: (stop: AbortSignal) => Promise<CutOver>, number: number): Promise<CutOver>;
  failed(attempt: number, reason: string, blockers: readonly Blocker[], retryInMs: number | null): void;
  /** For tests only. */
  reached?(point: CutoverPoint, ids: AttemptSessionIds): Promise<void>;
}

/**
 * Switches for the tests of the tests: false removes one safety, and the ledger test must then fail.
 * Not reachable from options or command line.
 */
export interface CutoverSafeties {
  /** false: A unlocks and RENAME follows, as if one table lock were enough. */
  readonly guards: boolean;
  /** false: guards are let go without the proof that B waits behind them. */
  readonly probe: boolean;
  /** false: the server is not told that guards wait for B, so that circles with transactions that have read last until a time limit. */
  readonly nudging: boolean;
  /** false: nothing stays closed after the RENAME. */
  readonly closing: boolean;
  /** false: the drain is taken for done. */
  readonly drain: boolean;
  /** false: no look at who holds the tables before an attempt. */
  readonly clearance: boolean;
}

export const allCutoverSafeties: CutoverSafeties = {
  guards: true,
  probe: true,
  nudging: true,
  closing: true,
  drain: true,
  clearance: true,
};
