import { TideoverError } from '../errors.js';

/** Something wrong at one place of a file. Lines and columns count from 1. */
export interface Mistake {
  readonly line: number;
  readonly column: number;
  /** One line of fact, without the place. */
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
}

/** All mistakes of a file as one `usage-error`: each on a line of its own that begins with FILE:LINE:COLUMN. */
export function mistaken(path: string, mistakes: readonly Mistake[], cause?: unknown): TideoverError {
  const inOrder = [...mistakes].sort((a, b) => a.line - b.line || a.column - b.column);
  const lines = inOrder.map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`);
  const hints = [...new Set(inOrder.flatMap(({ hint }) => (hint === undefined ? [] : [hint])))];
  return new TideoverError('usage-error', lines.join('\n'), {
    facts: { mistakes: inOrder },
    ...(hints.length === 0 ? {} : { hint: hints.join(' ') }),
    ...(cause === undefined ? {} : { cause }),
  });
}
