import type { Session } from '../../src/db/session.js';

/** Where a session is to be had: a server, or a database. */
interface Place {
  connect(): Promise<Session>;
}

/** Closes the session, whatever becomes of the work. */
export async function withSession<T>(place: Place, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await place.connect();
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** Runs the statements, one after the other, in one session. */
export function executeOn(place: Place, ...statements: readonly string[]): Promise<void> {
  return withSession(place, async (session) => {
    for (const statement of statements) await session.execute(statement);
  });
}
