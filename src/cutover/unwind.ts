import type { Server } from '../db/server.js';
import type { Session } from '../db/session.js';
import { messageOf, TideoverError } from '../errors.js';
import { kill } from './kill.js';
import { settled } from './limit.js';
import { pause } from '../util/pause.js';
import { closeWithin, gone, serverStart, type AttemptSessions } from './sessions.js';

/** One try to reach the server; longer than a KILL takes to end a RENAME that works already. */
const tryMs = 5_000;
const retryPauseMs = 100;
const closeMs = 1_000;

/** The server could not be asked in time. */
export class ServerUnreachable extends Error {
  override readonly name = 'ServerUnreachable';
}

/**
 * Ends the attempt's sessions, and with them every lock, and runs `work` once the server shows none of them any more: only then is what
 * the server says of the tables final. `work` may be repeated. Tries for `limitMs`, over new connections when the old one broke;
 * then rejects with ServerUnreachable. A TideoverError of `work` is final.
 */
export async function whenGone<T>(
  server: Server,
  sessions: AttemptSessions,
  limitMs: number,
  work: (admin: Session) => Promise<T>,
): Promise<T> {
  const until = performance.now() + limitMs;
  // Without its latch, whoever waits there ends at once. B's guards may go before B: the sentry, or B's place in the queue, makes that safe.
  for (const { session } of [sessions.latch, sessions.aside, ...sessions.waiting, sessions.lock]) session.destroy();
  let admin: Session | undefined = sessions.control;
  for (;;) {
    try {
      admin ??= await server.connect('cutover clean-up');
      const session = admin;
      return await orUnreachable(
        sweep(session, sessions).then(() => work(session)),
        Math.min(tryMs, limitMs),
      );
    } catch (error) {
      if (error instanceof TideoverError) throw error;
      admin?.destroy();
      admin = undefined;
      if (performance.now() > until) throw new ServerUnreachable(messageOf(error), { cause: error });
      await pause(retryPauseMs);
    } finally {
      if (admin) await closeWithin(admin, closeMs);
    }
  }
}

async function sweep(admin: Session, sessions: AttemptSessions): Promise<void> {
  // After a restart the ids belong to others, and ours are gone.
  if (admin !== sessions.control && Math.abs((await serverStart(admin)) - sessions.serverStartedAtS) > 1) return;
  const { swap, latch, aside, lock, waiting } = sessions;
  const holders = [swap.id, ...[latch, aside, lock, ...waiting].map(({ session }) => session.id)];
  for (const id of holders) await kill(admin, id);
  swap.destroy();
  await gone(admin, new Set(holders));
}

async function orUnreachable<T>(promise: Promise<T>, ms: number): Promise<T> {
  if (!(await settled(promise, ms))) {
    promise.catch(() => undefined);
    throw new Error(`no answer within ${ms} ms`);
  }
  return await promise;
}
