import type { CutOver } from './contract.js';

/** Why an attempt failed: `held` cost the service nothing, `locked-out` stalled it until a time limit, `broken` is anything else. */
export type FailureKind = 'held' | 'locked-out' | 'broken';

/** An attempt that was given up and may be repeated. */
export class AttemptFailure extends Error {
  override readonly name = 'AttemptFailure';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.kind = kind;
  }
}

/** What an attempt came to. */
export type AttemptResult = Omit<CutOver, 'attempts' | 'live'>;
