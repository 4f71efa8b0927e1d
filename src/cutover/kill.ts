import { errno, ServerError } from '../db/server-error.js';
import type { Session } from '../db/session.js';

/** ER_NO_SUCH_THREAD */
const noSuchThread = 1094;

/** Ends a session from another one, also while it waits for a lock. One that is gone already is fine. */
export async function kill(control: Session, id: number): Promise<void> {
  await killing(control, `KILL ${id}`);
}

/** Ends what a session is executing; the session stays. */
export async function killQuery(control: Session, id: number): Promise<void> {
  await killing(control, `KILL QUERY ${id}`);
}

async function killing(control: Session, sql: string): Promise<void> {
  try {
    await control.execute(sql);
  } catch (error) {
    if (!(error instanceof ServerError && (error.errno === noSuchThread || error.errno === errno.queryInterrupted)))
      throw error;
  }
}
