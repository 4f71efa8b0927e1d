import { ServerError, errno } from '../db/server-error.js';
import type { Row } from '../db/session.js';
import type { PreflightContext } from './context.js';

/** A rule may read the source for this long per table and question; it holds no lock, but old row versions are kept meanwhile. */
const defaultLimitS = 20;

/** Offending keys to name. */
export const namedKeys = 10;

/** Runs a read within the time limit. Null when it did not finish: then a warning says what was not checked. */
export async function boundedQuery(
  context: PreflightContext,
  sql: string,
  whatIsChecked: string,
): Promise<readonly Row[] | null> {
  const limitS = context.readLimitS ?? defaultLimitS;
  try {
    return await context.session.query(`SET STATEMENT max_statement_time = ${limitS} FOR ${sql}`);
  } catch (error) {
    if (!(error instanceof ServerError) || error.errno !== errno.statementTimeout) throw error;
    context.onWarning?.(
      `${whatIsChecked}: not checked, it takes longer than ${limitS} s; a row that does not fit stops the run later`,
    );
    return null;
  }
}
