import type { BinlogPosition } from '../binlog/source.js';
import { TideoverError } from '../errors.js';
import type { Report } from './events.js';

/** What a run ends with, as the journal keeps it: one that is settled again must not forget it. */
export interface Ended {
  readonly report: Report;
  readonly failure: TideoverError | null;
  /** Where the log of the rollback window begins; null when there is none. */
  readonly from: BinlogPosition | null;
}

type SavedFailure = Pick<TideoverError, 'code' | 'message' | 'hint' | 'facts'>;

/** The report with what else the end is made of beside it. */
export function savedText({ report, failure, from }: Ended): string {
  const saved: SavedFailure | null = failure && {
    code: failure.code,
    message: failure.message,
    hint: failure.hint,
    facts: failure.facts,
  };
  return JSON.stringify({ ...report, failure: saved, from });
}

export function savedOf(text: string): Ended {
  const saved = JSON.parse(text) as Report & { readonly failure: SavedFailure | null; readonly from?: BinlogPosition };
  const { failure, from = null, ...report } = saved;
  if (failure === null) return { report, failure, from };
  const { code, message, hint, facts } = failure;
  return {
    report,
    failure: new TideoverError(code, message, { facts, ...(hint === undefined ? {} : { hint }) }),
    from,
  };
}
