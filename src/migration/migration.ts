import type { Plan, Refusal } from '../plan/plan.js';
import type { RunRecord } from '../journal/journal.js';
import type { LiveValues } from './live-options.js';
import type { PlanForecast } from './plan-forecast.js';
import type { MigrationEvents, Rehearsed, Report } from './events.js';

/** The plan and what stands against it. */
export interface Inspected {
  readonly plan: Plan;
  /** All of them; the run begins when there is none. */
  readonly refusals: readonly Refusal[];
  /** How many connections the run will have open at a time at most, those of the cutover included. */
  readonly connections: number;
}

/** The handle of one migration, for the CLI and for orchestrators. Made by `createMigration(options)`. */
export interface Migration {
  /** Makes the plan and runs every preflight check. Nothing stays on the server. */
  plan(): Promise<Inspected & { readonly forecast: PlanForecast }>;
  /**
   * Runs the migration, or continues the unfinished run of this database when its plan is the same.
   * Resolves when the new tables are live and verified. Rejects with a TideoverError.
   */
  run(): Promise<Report>;
  /** Brings the unfinished run up to date, compares every row again, and stops before the cutover. Rejects with `verification-failed`. */
  verify(): Promise<{ readonly rowsVerified: number; readonly rowsRepaired: number }>;
  /**
   * Everything but the RENAME, `times` times: held, drained, locked, drained and given back, told by `cutover:rehearsed`. Stops before the
   * cutover; `run` continues from there. Resolves with all of them.
   */
  rehearse(times: number): Promise<readonly Rehearsed[]>;
  on<E extends keyof MigrationEvents>(event: E, listener: (payload: MigrationEvents[E]) => void): this;
  off<E extends keyof MigrationEvents>(event: E, listener: (payload: MigrationEvents[E]) => void): this;
}

/** When a cutover may begin; what is missing is no limit. */
export interface CutoverWindow {
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** What an operator does from any host, through the journal. Made by `createOperator(connection)`. */
export interface Operator {
  /** Runs of this database, newest first. */
  status(): Promise<readonly RunRecord[]>;
  /** Lets a postponed run cut over, at once or between two times; the last word counts. Throws `usage-error` when no engine runs. */
  cutover(window?: CutoverWindow): Promise<void>;
  /** Has the unfinished run, and the engines that continue it, neither copy nor apply until `resume`. Resolves with who paused it, and since when. */
  pause(): Promise<RunRecord>;
  /** Resolves with the run as it was before: `paused` says whether there was a pause. */
  resume(): Promise<RunRecord>;
  /** Sets options of the unfinished run, for the engine at work and for those that continue it. Throws `usage-error` for what cannot be set. */
  set(values: LiveValues): Promise<RunRecord>;
  /** Asks the running engine to compare every row again. Returns false when no engine runs. */
  verify(): Promise<boolean>;
  /**
   * Has the engine that keeps a rollback window make the old tables live again, without a lost write. Resolves when they are; rejects with `usage-error` without a window or an
   * engine, and with `wait-expired` when the engine did not come to it.
   */
  rollback(): Promise<RunRecord>;
  /** Ends a rollback window for good and drops the old tables, by the engine that keeps it, or here when there is none. */
  finish(): Promise<RunRecord>;
  /** Ends the unfinished run and removes the shadow; done here when no engine runs, else by the engine. */
  abort(): Promise<RunRecord>;
  /** Drops what finished or aborted runs left: retired and shadow schemas. Returns what was dropped. */
  cleanup(): Promise<readonly string[]>;
  close(): Promise<void>;
}
