import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { messageOf, TideoverError } from '../../errors.js';

/** The header by which HAProxy's `use-server` rule knows the engine's own request; its value is the secret. */
export const plugHeader = 'x-tideover-plug';
const idHeader = 'x-tideover-plug-id';
/** Shorter than any `timeout server` in use: HAProxy would cut a plug that is silent for longer. */
const trickleMs = 500;
const occupyTimeoutMs = 5_000;

/** A slot taken by the engine's own request. */
export interface Occupied {
  /** Answers the request; resolves when the slot is free. */
  free(): Promise<void>;
}

/** The plug server: what HAProxy's one-connection server leads to. Users' requests never belong here and are turned away. */
export class Plug {
  private readonly server: Server;
  private readonly expected = new Map<string, (response: ServerResponse) => void>();
  private readonly requests = new Set<ClientRequest>();

  private constructor(private readonly secret: string) {
    this.server = createServer((incoming, response) => this.serve(incoming, response));
  }

  /** Listens where HAProxy has the plug. Rejects with `buffer-failed`; a taken port means that a hold is in force. */
  static async listen(address: string, port: number, secret: string): Promise<Plug> {
    const plug = new Plug(secret);
    plug.server.listen(port, address);
    try {
      await once(plug.server, 'listening');
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      const place = `${address}:${port}`;
      throw new TideoverError(
        'buffer-failed',
        taken ? `the plug's port ${place} is in use` : `the plug cannot listen on ${place}: ${messageOf(error)}`,
        {
          hint: taken
            ? 'another run holds this backend now; if none does, give the plug server another port in the HAProxy configuration'
            : 'the plug server needs an address of the machine on which tideover runs',
        },
      );
    }
    return plug;
  }

  /**
   * Sends a request through HAProxy and resolves when it has come out here: the slot is taken.
   * Rejects with `buffer-failed` when it came out elsewhere or not at all. `onLost` hears of an end that was not asked for.
   */
  async occupy(url: URL, onLost: () => void): Promise<Occupied> {
    const id = randomUUID();
    const arrival = new Promise<ServerResponse>((resolve) => this.expected.set(id, resolve));
    const sent = this.send(url, 'GET', id);
    const timer = AbortSignal.timeout(occupyTimeoutMs);
    const first = await Promise.race([
      arrival,
      sent.ended,
      once(timer, 'abort').then(() => `no answer within ${occupyTimeoutMs} ms`),
    ]);
    this.expected.delete(id);
    if (typeof first === 'string') {
      sent.cancel();
      throw new TideoverError(
        'buffer-failed',
        `the plug's request to ${url.href} got ${first} instead of the plug server`,
        {
          hint: 'The preflight of a run, and examples/haproxy, show the lines that HAProxy needs',
        },
      );
    }
    let freeing = false;
    const trickle = setInterval(() => first.write('.'), trickleMs);
    void sent.ended.then(() => {
      clearInterval(trickle);
      if (!freeing) onLost();
    });
    first.write('.');
    return {
      free: async () => {
        freeing = true;
        first.end();
        await sent.ended;
      },
    };
  }

  /** One more request by the plug's rule, which waits in HAProxy while the slot is taken; `ended` says what became of it. */
  send(url: URL, method: 'GET' | 'HEAD', id = 'probe'): { readonly ended: Promise<string>; cancel(): void } {
    const headers = { [plugHeader]: this.secret, [idHeader]: id };
    const sent = request(url, { method, agent: false, headers });
    this.requests.add(sent);
    const ended = new Promise<string>((resolve) => {
      sent.once('response', (response) => {
        response.resume();
        response.once('close', () => resolve(`status ${response.statusCode ?? 'none'}`));
      });
      sent.once('error', (error) => resolve(messageOf(error)));
    });
    void ended.then(() => this.requests.delete(sent));
    sent.end();
    return { ended, cancel: () => void sent.destroy() };
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    for (const sent of this.requests) sent.destroy();
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private serve(incoming: IncomingMessage, response: ServerResponse): void {
    const id = String(incoming.headers[idHeader]);
    const expected = incoming.headers[plugHeader] === this.secret ? this.expected.get(id) : undefined;
    // HAProxy gives this server to a user when all others are down and nobody occupies the slot.
    if (expected === undefined) response.writeHead(503, { 'retry-after': '1' }).end();
    else expected(response);
  }
}
