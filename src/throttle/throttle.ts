/**
 * One signal by which copying may be unwelcome. It reads its limit anew at each look, for an operator may change it, and is silent while it has none.
 */
export interface Throttle {
  /** What it watches, for the reason when it gives no answer: `replica-lag@db2:3306`. */
  readonly name: string;
  /** Why copying should wait, as `signal observed op limit`; null when it need not. What it rejects with counts as a reason, too: who is not seen is not well. */
  look(): Promise<string | null>;
  /** Makes a look that does not end reject. */
  cut(): void;
  close(): Promise<void>;
}

/** What throttles may be told; each has its own part of it. Milliseconds; 0 is no limit. */
export interface ThrottleLimits {
  readonly maxLagMs: number;
  readonly maxReadTimeMs: number;
  readonly maxCommitTimeMs: number;
  /** Per cent of time. */
  readonly maxFlowControl: number;
  /** Transactions in the history list. */
  readonly maxHistory: number;
  /** Per cent of the redo log. */
  readonly maxCheckpointAge: number;
  /** `Threads_running=25,…`; empty for none. */
  readonly maxLoad: string;
  readonly criticalLoad: string;
  readonly criticalLoadMs: number;
  /** Empty for none. */
  readonly throttleQuery: string;
  readonly throttleFile: string;
}
