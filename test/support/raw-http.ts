import { connect, type Socket } from 'node:net';

/** A connection on which a test writes and reads bytes as they are. */
export interface RawConnection {
  readonly socket: Socket;
  /** Everything received so far. */
  text(): string;
  write(text: string): void;
  /** Resolves with everything received once `part` is in it (as often as `times`); rejects when that takes too long. */
  received(part: string, times?: number): Promise<string>;
  /** Resolves with everything received when the other side has ended the connection. */
  ended(): Promise<string>;
}

const patienceMs = 5_000;

export async function openRaw(port: number): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1' });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let text = '';
  let isEnded = false;
  let look = (): void => undefined;
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
    look();
  });
  for (const event of ['end', 'close', 'error']) {
    socket.on(event, () => {
      isEnded = true;
      look();
    });
  }
  const until = (what: string, isSo: () => boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no ${what} in ${patienceMs} ms; received:\n${text}`)),
        patienceMs,
      );
      look = () => {
        if (!isSo()) return;
        clearTimeout(timer);
        resolve(text);
      };
      look();
    });
  return {
    socket,
    text: () => text,
    write: (bytes) => void socket.write(bytes, 'latin1'),
    received: (part, times = 1) => until(JSON.stringify(part), () => text.split(part).length > times),
    ended: () => until('end', () => isEnded),
  };
}
