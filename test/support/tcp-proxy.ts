import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { TestServer } from './server.js';

/** Stands between a client and a server, and does to the bytes what networks do. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** From now on nothing is passed on, and nothing is closed. */
  fallSilent(): void;
  /** Breaks every connection, and refuses new ones until `mend`. */
  cut(): void;
  /** Connections that are opened from now on are passed on; those that fell silent are broken. */
  mend(): void;
  /** The byte after the next `count` bytes from the server gets its lowest bit flipped; once. */
  flipAfter(count: number): void;
  /** New connections go to this server; those that are open break. */
  switchTo(target: TestServer): void;
}

/** `pauseMs` of rest after each piece from the server make a slow network. */
export async function tcpProxy(target: Pick<TestServer, 'host' | 'port'>, { pauseMs = 0 } = {}): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let current = target;
  let network: 'whole' | 'silent' | 'cut' = 'whole';
  /** Bytes from the server before the one to flip; null when none is. */
  let untilFlip: number | null = null;
  const flip = (chunk: Buffer): Buffer => {
    if (untilFlip === null) return chunk;
    if (untilFlip >= chunk.length) {
      untilFlip -= chunk.length;
      return chunk;
    }
    const changed = Buffer.from(chunk);
    changed[untilFlip]! ^= 1;
    untilFlip = null;
    return changed;
  };
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const pass = (from: Socket, to: Socket, change: (chunk: Buffer) => Buffer): void => {
    sockets.add(from);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    from.on('data', (chunk) => {
      if (network === 'whole') to.write(change(chunk));
    });
  };
  const proxy = createServer((client) => {
    if (network === 'cut') {
      client.destroy();
      return;
    }
    const upstream = connect(current.port, current.host);
    pass(client, upstream, (chunk) => chunk);
    pass(upstream, client, flip);
    if (pauseMs === 0) return;
    upstream.on('data', () => {
      upstream.pause();
      setTimeout(() => upstream.resume(), pauseMs);
    });
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    port: (proxy.address() as AddressInfo).port,
    fallSilent: () => (network = 'silent'),
    cut: () => {
      network = 'cut';
      breakAll();
    },
    mend: () => {
      if (network === 'silent') breakAll();
      network = 'whole';
    },
    flipAfter: (count) => (untilFlip = count),
    switchTo: (next) => {
      current = next;
      breakAll();
    },
    [Symbol.asyncDispose]: async () => {
      breakAll();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
