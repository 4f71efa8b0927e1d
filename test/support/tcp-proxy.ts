import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { TestServer } from './server.js';

/** Stands between a client and a server, and does to the bytes what networks do. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** From now on nothing is passed on, and nothing is closed. */
  fallSilent(): void;
  /** The byte after the next `count` bytes from the server gets its lowest bit flipped; once. */
  flipAfter(count: number): void;
  /** New connections go to this server; those that are open break. */
  switchTo(target: TestServer): void;
}

export async function tcpProxy(target: TestServer): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let current = target;
  let silent = false;
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
  const pass = (from: Socket, to: Socket, change: (chunk: Buffer) => Buffer): void => {
    sockets.add(from);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    from.on('data', (chunk) => {
      if (!silent) to.write(change(chunk));
    });
  };
  const proxy = createServer((client) => {
    const upstream = connect(current.port, current.host);
    pass(client, upstream, (chunk) => chunk);
    pass(upstream, client, flip);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    port: (proxy.address() as AddressInfo).port,
    fallSilent: () => (silent = true),
    flipAfter: (count) => (untilFlip = count),
    switchTo: (next) => {
      current = next;
      for (const socket of sockets) socket.destroy();
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
