/**
 * The error catalogue. Every failure that an operator can meet is a `TideoverError` with a stable `code`;
 * what the world looks like afterwards (`outcome`) and the process's exit code are properties of the code, not of the place
 * that throws.
 */

/** State of the world after the failure. */
export type Outcome =
  /** Nothing of ours is on the source; the service never noticed. */
  | 'untouched'
  /** The run stopped; the source is untouched and `run` continues from the checkpoint. */
  | 'resumable'
  /** The migration's own command changed the source; nothing of ours did. */
  | 'altered'
  /** The new tables are live; something after the swap failed. */
  | 'swapped'
  /** The server could not be asked; the hint says how to find out. */
  | 'unknown';

interface CatalogueEntry {
  readonly exitCode: number;
  readonly outcome: Outcome;
}

/** code → exit code and outcome. The README's table of exit codes is derived from the same numbers. */
export const catalogue = {
  // 1: a defect of ours
  'internal-error': { exitCode: 1, outcome: 'resumable' },
  // 2: usage
  'usage-error': { exitCode: 2, outcome: 'untouched' },
  'connection-failed': { exitCode: 2, outcome: 'untouched' },
  'access-denied': { exitCode: 2, outcome: 'untouched' },
  'statement-invalid': { exitCode: 2, outcome: 'untouched' },
  'nothing-to-do': { exitCode: 2, outcome: 'untouched' },
  'command-failed': { exitCode: 2, outcome: 'untouched' },
  'buffer-invalid': { exitCode: 2, outcome: 'untouched' },
  // 3: refused before anything was touched
  'preflight-refused': { exitCode: 3, outcome: 'untouched' },
  'run-in-progress': { exitCode: 3, outcome: 'untouched' },
  // 4: stopped, resumable
  'run-stopped': { exitCode: 4, outcome: 'resumable' },
  'hook-refused': { exitCode: 4, outcome: 'resumable' },
  'connection-lost': { exitCode: 4, outcome: 'resumable' },
  'binlog-damaged': { exitCode: 4, outcome: 'resumable' },
  'server-error': { exitCode: 4, outcome: 'resumable' },
  'disk-full': { exitCode: 4, outcome: 'resumable' },
  'copy-failed': { exitCode: 4, outcome: 'resumable' },
  'apply-failed': { exitCode: 4, outcome: 'resumable' },
  'load-critical': { exitCode: 4, outcome: 'resumable' },
  'wait-expired': { exitCode: 4, outcome: 'resumable' },
  // 5: this run cannot be continued; the source is as it was
  'binlog-purged': { exitCode: 5, outcome: 'untouched' },
  'binlog-unsupported': { exitCode: 5, outcome: 'untouched' },
  'source-changed': { exitCode: 5, outcome: 'untouched' },
  'statement-logged': { exitCode: 5, outcome: 'untouched' },
  'checkpoint-unusable': { exitCode: 5, outcome: 'untouched' },
  'wrote-elsewhere': { exitCode: 5, outcome: 'altered' },
  // 6: verification
  'verification-failed': { exitCode: 6, outcome: 'resumable' },
  // 7: cutover failed, source still serving
  'cutover-failed': { exitCode: 7, outcome: 'resumable' },
  'buffer-failed': { exitCode: 7, outcome: 'resumable' },
  // 8: outcome unknown
  'cutover-outcome-unknown': { exitCode: 8, outcome: 'unknown' },
  'lost-writes': { exitCode: 8, outcome: 'swapped' },
  // 9: live, cleanup failed
  'cleanup-failed': { exitCode: 9, outcome: 'swapped' },
  'switch-failed': { exitCode: 9, outcome: 'swapped' },
  'window-stopped': { exitCode: 9, outcome: 'swapped' },
  // operator
  aborted: { exitCode: 4, outcome: 'untouched' },
  interrupted: { exitCode: 130, outcome: 'resumable' },
  'window-interrupted': { exitCode: 130, outcome: 'swapped' },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;

export interface ErrorOptions {
  /** What the operator should do now; one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** Machine-readable facts (keys, tables, statements) that belong to this failure. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** A failure whose consequences are known. `message` is one line of fact; `hint` says what to do. */
export class TideoverError extends Error {
  override readonly name = 'TideoverError';
  readonly code: ErrorCode;
  readonly outcome: Outcome;
  readonly exitCode: number;
  readonly hint: string | undefined;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.outcome = catalogue[code].outcome;
    this.exitCode = catalogue[code].exitCode;
    this.hint = options.hint;
    this.facts = options.facts ?? {};
  }
}

/** The text of whatever was thrown, for one line of fact. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
