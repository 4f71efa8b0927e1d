import { TideoverError } from '../errors.js';
import { ServerError, codeOf } from './server-error.js';
import type { Server } from './server.js';
import type { Session } from './session.js';

/**
 * Opens a session where the operator's connection settings are used for the first time: a failure is then a matter of usage
 * (`access-denied`, `connection-failed`), not of a connection that was lost on the way.
 */
export async function openFirstSession(server: Server, purpose: string): Promise<Session> {
  try {
    return await server.connect(purpose);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const { host, port, socketPath, user } = server.settings;
    const where = socketPath ?? `${host}:${port}`;
    if (codeOf(error) === 'access-denied' || error.errno === hostNotAllowed) {
      throw new TideoverError('access-denied', `the server at ${where} does not let ${user} in: ${error.message}`, {
        hint: 'Check the user in the DSN and the password in TIDEOVER_PASSWORD or the defaults file.',
        cause: error,
      });
    }
    throw new TideoverError('connection-failed', `no connection to the server at ${where}: ${error.message}`, {
      hint: 'Check host, port and socket in the DSN, and that the server is up.',
      cause: error,
    });
  }
}

/** ER_HOST_NOT_PRIVILEGED */
const hostNotAllowed = 1130;
