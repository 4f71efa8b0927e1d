import { createServer, ServerResponse, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Surroundings } from './arrival.js';
import { Exchange } from './exchange.js';
import type { Gate } from './gate.js';
import type { Address } from './address.js';
import { listen } from './listen.js';
import type { Passes } from './pass.js';
import { Upstream } from './upstream.js';

/** Clients and load balancers keep connections for a minute or so; ours must not be the first to close one that is about to be used. */
const clientKeepAliveMs = 75_000;
/** Reads of a head that comes in drops; Node's default. Bodies may take as long as requests are held, and then this. */
const headMs = 60_000;
const bodyMs = 300_000;
/** Requests that a client may send on one connection ahead of the answers. */
const pipelined = 16;
/** Connections that wait to be accepted: a service's clients may all come back at once. */
const backlog = 4_096;

export interface RouteOptions {
  readonly listen: Address;
  /** Without path. */
  readonly upstream: URL;
  /** PEM. Clients use TLS then. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null;
  /** PEM; null: the system's certificate authorities. */
  readonly upstreamCa: Buffer | null;
  readonly maxWaitMs: number;
}

/** The last request of each connection. */
type ClientSocket = Socket & { lastExchange?: Exchange; pipelined?: number };

/** One listening port and the service behind it. */
export class Route implements Surroundings {
  readonly gate: Gate;
  readonly passes: Passes | null;
  readonly upstream: Upstream;
  readonly scheme: 'http' | 'https';
  isClosing = false;
  readonly #server: Server;
  readonly #options: RouteOptions;
  readonly #upgraded = new Set<Duplex>();

  constructor(options: RouteOptions, gate: Gate, passes: Passes | null) {
    this.#options = options;
    this.gate = gate;
    this.passes = passes;
    this.scheme = options.tls === null ? 'http' : 'https';
    this.upstream = new Upstream(options.upstream, options.upstreamCa);
    const limits = {
      keepAliveTimeout: clientKeepAliveMs,
      headersTimeout: headMs,
      requestTimeout: options.maxWaitMs + bodyMs,
    };
    this.#server = options.tls === null ? createServer(limits) : createTlsServer({ ...limits, ...options.tls });
    this.#server
      .on('request', (request, response) => this.#accept(request, response, 'plain'))
      .on('checkContinue', (request, response) => this.#accept(request, response, 'expects-continue'))
      .on('upgrade', (request, _, head) => this.#acceptUpgrade(request, request.socket, head));
  }

  /** Resolves with the port. Rejects with `usage-error`. */
  listen(): Promise<number> {
    return listen(this.#server, { ...this.#options.listen, backlog });
  }

  /** Stops accepting; what is under way goes on. Resolves when the last connection has ended. */
  async close(): Promise<void> {
    this.isClosing = true;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
    });
    await this.upstream.close();
  }

  /** Ends what is still under way. */
  async abort(): Promise<void> {
    for (const socket of this.#upgraded) socket.destroy();
    this.#server.closeAllConnections();
    await this.upstream.abort();
  }

  #accept(request: IncomingMessage, response: ServerResponse, kind: 'plain' | 'expects-continue' | 'upgrade'): void {
    const socket = request.socket as ClientSocket;
    const last = socket.lastExchange;
    const previous = last === undefined || last.isOver ? null : last;
    if (previous !== null) this.#slowDown(socket, response);
    socket.lastExchange = new Exchange(this, { request, response, kind, previous });
  }

  /** Stops reading from a client that sends far ahead of its answers. */
  #slowDown(socket: ClientSocket, response: ServerResponse): void {
    socket.pipelined = (socket.pipelined ?? 0) + 1;
    if (socket.pipelined === pipelined) socket.pause();
    response.once('close', () => {
      socket.pipelined! -= 1;
      if (socket.isPaused()) socket.resume();
    });
  }

  #acceptUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on('error', () => undefined); // 'close' follows
    if (request.headers.upgrade?.toLowerCase() === 'h2c') {
      this.#acceptWithoutUpgrade(request, socket, head);
      return;
    }
    this.#upgraded.add(socket);
    socket.once('close', () => this.#upgraded.delete(socket));
    if (head.length > 0) socket.unshift(head);
    // A client that leaves while it waits; Node looks for that when nobody else reads.
    socket.on('end', () => socket.end());
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => socket.destroySoon());
    this.#accept(request, response, 'upgrade');
  }

  /** A client that would like HTTP/2 (Java's does) and gets HTTP/1.1: its request is read once more, as if it had not asked. */
  #acceptWithoutUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    let text = `${request.method ?? 'GET'} ${request.url ?? '/'} HTTP/${request.httpVersion}\r\n`;
    const { rawHeaders } = request;
    for (let i = 0; i < rawHeaders.length; i += 2) {
      if (!/^(?:connection|upgrade|http2-settings)$/i.test(rawHeaders[i]!))
        text += `${rawHeaders[i]!}: ${rawHeaders[i + 1]!}\r\n`;
    }
    socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]));
    this.#server.emit(this.scheme === 'https' ? 'secureConnection' : 'connection', socket);
  }
}
