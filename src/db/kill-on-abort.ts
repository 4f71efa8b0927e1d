import type { Server } from './server.js';
import type { Session } from './session.js';

/** Runs statements of `session`; when `signal` is aborted the server is told to end the one under way (KILL QUERY), which then rejects. */
export async function killOnAbort<T>(
  server: Server,
  session: Session,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const kill = (): void => {
    // When the server cannot be reached, the statement's own session fails, too.
    server
      .withSession('ending a statement', (other) => other.execute(`KILL QUERY ${session.id}`))
      .catch(() => undefined);
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', kill, { once: true });
  try {
    return await work();
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
