import { connect } from 'node:net';
import { messageOf, TideoverError } from '../../errors.js';
import { type SocketAddress, socketName } from './spec.js';

/** One exchange over a local socket; HAProxy answers from memory. */
const answerTimeoutMs = 5_000;

/**
 * Sends commands to HAProxy's runtime socket, as one line, so that nothing comes between them; gives the text of the answer.
 * Rejects with `buffer-failed` when the socket cannot be reached or does not answer.
 */
export async function ask(socket: SocketAddress, commands: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const connection = connect({ ...socket });
    const answer: Buffer[] = [];
    const fail = (reason: string): void => {
      connection.destroy();
      reject(
        new TideoverError('buffer-failed', `HAProxy's runtime socket ${socketName(socket)} ${reason}`, {
          hint: 'Check "stats socket … level admin" in the global section of HAProxy, and that this user may open the socket',
        }),
      );
    };
    connection.setTimeout(answerTimeoutMs, () => fail(`gave no answer within ${answerTimeoutMs} ms`));
    connection.once('connect', () => connection.write(`${commands.join(';')}\n`));
    connection.on('data', (data: Buffer) => answer.push(data));
    connection.once('error', (error) => fail(`cannot be used: ${messageOf(error)}`));
    connection.once('end', () => {
      connection.destroy();
      resolve(Buffer.concat(answer).toString('utf8'));
    });
  });
}

/** Commands that say nothing when they succeed; whatever they say is a failure. */
export async function order(socket: SocketAddress, commands: readonly string[]): Promise<void> {
  if (commands.length === 0) return;
  const answer = (await ask(socket, commands)).trim();
  if (answer === '') return;
  const refused = answer.includes('Permission denied');
  throw new TideoverError(
    'buffer-failed',
    `HAProxy refused "${commands.join('; ')}": ${answer.replaceAll('\n', ' ')}`,
    {
      hint: refused
        ? 'give the runtime socket "level admin"'
        : 'look at the state of these servers with "show servers state"',
    },
  );
}
