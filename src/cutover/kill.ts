import { errno, ServerError } from '../db/server-error.js';
import type { Session } from '../db/session.js';

/** ER_NO_SUCH_THREAD */
const noSuchThread = 1094;

/** Ends a session from another one, also while it waits for a lock. One that is gone already is fine. */
export async function kill(control: Session, id: number): Promise<void> {
  try {
    await control.execute(`KILL ${id}`);
  } catch (error) {
    if (!(error instanceof ServerError && (error.errno === noSuchThread || error.errno === errno.queryInterrupted)))
      throw error;
  }
}
