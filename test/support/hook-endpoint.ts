import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BufferLayer, Hold } from '../../src/buffer/contract.js';
import type { HookMessage } from '../../src/buffer/hook/verbs.js';
import { TideoverError } from '../../src/errors.js';

/** What an operator writes for a load balancer of his own: it obeys the verbs of `callback:` by means of another buffer. */
export interface HookEndpoint {
  readonly url: string;
  /** The messages that came, in order. */
  readonly messages: HookMessage[];
  close(): Promise<void>;
}

const never = new AbortController().signal;

export async function startHookEndpoint(balancer: BufferLayer): Promise<HookEndpoint> {
  const messages: HookMessage[] = [];
  let hold: Hold | undefined;
  const obey = async (message: HookMessage): Promise<unknown> => {
    messages.push(message);
    switch (message.verb) {
      case 'preflight':
        return { obstacles: await balancer.preflight(message.holdMs) };
      case 'hold':
        // The engine's lease is kept by tideover; the balancer has none.
        hold = await balancer.hold({ ...message, leaseMs: 50_000, deadlineMs: 50_000 });
        return null;
      case 'drain':
        return hold!.drain(message.timeoutMs, never);
      case 'release':
        return hold!.release({ window: message.window });
    }
  };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (data: Buffer) => (text += data.toString()));
    request.on('end', () => {
      obey(JSON.parse(text) as HookMessage).then(
        (answer) => response.writeHead(200).end(JSON.stringify(answer ?? null)),
        (error: unknown) => response.writeHead(409).end(error instanceof TideoverError ? error.message : 'failed'),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    messages,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
