import type { BinlogPosition } from '../binlog/source.js';
import type { PendingCause } from '../delta/causes.js';
import type { PendingKind } from '../delta/delta-set.js';
import type { KeyLiteral } from '../schema/table.js';

/** Where a run stands; the order of the list is the order of the run. */
export type Phase =
  | 'preparing'
  | 'copying'
  | 'indexing'
  | 'catching-up'
  | 'verifying'
  | 'ready'
  | 'cutting-over'
  | 'settling'
  /** The new tables are live, and the old ones are kept in step with them. */
  | 'rollback-window'
  | 'rolling-back'
  | 'done'
  | 'rolled-back'
  | 'aborted';

/** What operators have said of a run. It is kept with the run: an engine that is started later hears it, too. */
export interface RunControl {
  /** Who paused the run, and since when (UTC, as all times here); null when it is not paused. */
  readonly paused: { readonly by: string; readonly since: string } | null;
  /** What was set for the rest of the run, by option name, and who set something last. */
  readonly set: { readonly by: string; readonly values: Readonly<Record<string, unknown>> } | null;
  /** The word to cut over, and between which times; null while nobody has said it. */
  readonly cutover: CutoverWord | null;
}

export interface CutoverWord {
  readonly by: string;
  /** Null for at once. */
  readonly notBefore: string | null;
  /** Null for any time. */
  readonly notAfter: string | null;
}

/** One run per project database at a time. */
export interface RunRecord extends RunControl {
  readonly id: number;
  readonly database: string;
  readonly planHash: string;
  /** The operator's statements, as given. */
  readonly statements: readonly string[];
  readonly tables: readonly string[];
  readonly phase: Phase;
  /** UTC, `YYYY-MM-DD HH:MM:SS`. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** When the engine last said that it lives; null before the first time. UTC. */
  readonly heartbeatAt: string | null;
  /** `host:pid` of the engine. */
  readonly engine: string;
  /** The last error's `code: message`, null when there was none. */
  readonly lastError: string | null;
  /** Progress as the engine last reported it, JSON. */
  readonly progress: string | null;
  /** The final report, JSON; null before the end. */
  readonly report: string | null;
}

export interface TableCheckpoint {
  readonly table: string;
  /** Every row up to and including this key is copied; null before the first chunk. */
  readonly watermark: KeyLiteral | null;
  readonly copyDone: boolean;
  readonly rowsCopied: number;
}

export interface PendingChange {
  readonly table: string;
  readonly kind: PendingKind;
  readonly key: KeyLiteral;
}

/**
 * What a restart needs (I5). Every change up to `position` is in the shadow, but for `pending`; the chunks up to each watermark are copied.
 */
export interface Checkpoint {
  readonly position: BinlogPosition;
  readonly pending: readonly (PendingChange | { readonly cause: PendingCause })[];
  readonly tables: readonly TableCheckpoint[];
}

/** An irreversible step, written before it is taken (I7). */
export interface Intent {
  /** `rename-back`: of a rollback. */
  readonly step: 'rename' | 'rename-back';
  /** The statement as it will be sent. */
  readonly sql: string;
  /** Where the tail must have arrived for the shadow to be equal. */
  readonly lockedPosition: BinlogPosition;
  /** Everything that the statement is a part of, JSON, as the cutover describes it: enough for another engine to finish it. Null in journals of older versions. */
  readonly change: string | null;
}

/** What an operator asks of a running engine, once. */
export type OperatorCommand = 'abort' | 'verify' | 'rollback' | 'finish';

/** For how long after the cutover the old tables are to be kept in step, and what that takes. */
export interface RollbackWindow {
  /** The plan from the new tables to the old ones, JSON. */
  readonly wayBack: string;
  readonly keepS: number;
  /** Since when the new tables are live, and until when there is a way back, both UTC; null before the cutover. */
  readonly open: { readonly since: string; readonly until: string } | null;
}

/** The control schema `tideover`. Every method is one short transaction. Errors are ServerErrors. */
export interface Journal {
  /** Creates or upgrades the control schema. */
  migrate(): Promise<void>;
  /** The newest run of the database that is neither done nor aborted. */
  unfinishedRun(database: string): Promise<RunRecord | null>;
  runs(database: string | null): Promise<readonly RunRecord[]>;
  createRun(run: Pick<RunRecord, 'database' | 'planHash' | 'statements' | 'tables' | 'engine'>): Promise<RunRecord>;
  setPhase(runId: number, phase: Phase): Promise<void>;
  /** Also stamps heartbeatAt. `progress` is JSON. */
  heartbeat(runId: number, progress: string): Promise<void>;
  /** Another engine goes on with the run; what stopped it is over. */
  takeUp(runId: number, engine: string): Promise<void>;
  recordError(runId: number, error: string): Promise<void>;
  saveCheckpoint(runId: number, checkpoint: Checkpoint): Promise<void>;
  loadCheckpoint(runId: number): Promise<Checkpoint | null>;
  saveIntent(runId: number, intent: Intent): Promise<void>;
  loadIntent(runId: number): Promise<Intent | null>;
  clearIntent(runId: number): Promise<void>;
  /** Before the cutover: what it is to open. Null for nothing. */
  saveWindow(runId: number, window: Pick<RollbackWindow, 'wayBack' | 'keepS'> | null): Promise<void>;
  loadWindow(runId: number): Promise<RollbackWindow | null>;
  /**
   * The run enters its window, with the checkpoint from which the old tables follow, and intends nothing any more; in one step. The time that runs is that
   * of the first call.
   */
  openWindow(runId: number, checkpoint: Checkpoint): Promise<void>;
  /** The run is over and intends nothing any more, in one step. */
  finishRun(runId: number, phase: 'done' | 'rolled-back'): Promise<void>;
  /** Who pauses first is kept; a second pause changes nothing. */
  pauseRun(runId: number, by: string): Promise<void>;
  resumeRun(runId: number): Promise<void>;
  /** Adds to what was set before, in one step: of two operators each keeps what the other did not set. */
  setValues(runId: number, by: string, values: Readonly<Record<string, unknown>>): Promise<void>;
  /** Replaces the word before; null takes it back. Times are UTC, `YYYY-MM-DD HH:MM:SS`. */
  saveCutoverWord(runId: number, word: CutoverWord | null): Promise<void>;
  /** What operators have said up to now, and the server's clock in ms. */
  control(runId: number): Promise<RunControl & { readonly nowMs: number }>;
  postCommand(runId: number, command: OperatorCommand): Promise<void>;
  /** Commands not yet taken, oldest first; taking marks them. */
  takeCommands(runId: number): Promise<readonly OperatorCommand[]>;
  /** JSON of the final report. */
  saveReport(runId: number, report: string): Promise<void>;
  close(): Promise<void>;
}
