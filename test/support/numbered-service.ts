import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Withheld } from './withheld.js';

/** A real HTTP service that writes down the number of every request it begins (`/7`); other paths are answered and not counted. */
export interface NumberedService {
  readonly port: number;
  readonly executed: number[];
  /** `X-Forwarded-For` of each, as it came. */
  readonly forwardedFor: (string | undefined)[];
  readonly answers: Withheld;
  close(): Promise<void>;
}

export async function startNumberedService(): Promise<NumberedService> {
  const answers = new Withheld();
  const executed: number[] = [];
  const forwardedFor: (string | undefined)[] = [];
  const server = createServer((incoming, response) => {
    const number = /^\/(\d+)$/.exec(incoming.url ?? '')?.[1];
    if (number !== undefined) {
      executed.push(Number(number));
      forwardedFor.push(incoming.headers['x-forwarded-for']?.toString());
    }
    incoming.resume();
    void answers.over.then(() => response.end(`${number ?? 'up'}\n`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    executed,
    forwardedFor,
    answers,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const agent = new Agent({ keepAlive: false, maxSockets: Infinity });

/** Calls number `n` of a service through `base`: its answer, an answer of something before it, or nothing. */
export function callNumber(
  base: string,
  n: number,
  options: { readonly abort?: AbortSignal; readonly method?: string; readonly body?: string } = {},
): Promise<'answered' | 'rejected' | 'left'> {
  return new Promise((resolve) => {
    const { abort, method = 'POST', body = '' } = options;
    const sent = request(`${base}/${n}`, { method, agent, ...(abort === undefined ? {} : { signal: abort }) });
    sent.once('error', () => resolve('left'));
    sent.once('response', (response) => {
      let text = '';
      response.on('data', (data: Buffer) => (text += data.toString()));
      response.once('error', () => resolve('left'));
      response.once('end', () => resolve(response.statusCode === 200 && text === `${n}\n` ? 'answered' : 'rejected'));
    });
    sent.end(body);
  });
}
