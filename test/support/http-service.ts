import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { Withheld } from './withheld.js';

/** What the service saw of one request. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
}

/** A real HTTP service behind a buffer. It answers each request with what it saw, after `delayMs` and when `answers` are not withheld. */
export interface HttpService {
  readonly port: number;
  readonly url: string;
  readonly server: Server;
  /** In the order in which they began. */
  readonly seen: Seen[];
  /** The numbers in `x-number`, in the order in which the service began the requests. */
  readonly executed: number[];
  delayMs: number;
  readonly answers: Withheld;
  close(): Promise<void>;
}

export interface ServiceOptions {
  /** A loopback address; default 127.0.0.1. On one of its own nobody else takes the port when the service is closed. */
  readonly host?: string;
  readonly port?: number;
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Answers instead of the service; it has been seen by then. */
  readonly handler?: RequestListener;
}

export async function startHttpService({
  host = '127.0.0.1',
  port = 0,
  tls,
  handler,
}: ServiceOptions = {}): Promise<HttpService> {
  const seen: Seen[] = [];
  const executed: number[] = [];
  const answers = new Withheld();
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const { method = '', url = '', headers, rawHeaders } = request;
    seen.push({ method, url, headers, rawHeaders });
    if (headers['x-number'] !== undefined) executed.push(Number(headers['x-number']));
    if (handler !== undefined) handler(request, response);
    else void answers.over.then(() => answerLater(request, response, () => service.delayMs));
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ port, host, backlog: 4_096 }, () => resolve());
  });
  const taken = (server.address() as AddressInfo).port;
  const service: HttpService = {
    port: taken,
    url: `${tls === undefined ? 'http' : 'https'}://${host}:${taken}`,
    server,
    seen,
    executed,
    delayMs: 0,
    answers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return service;
}

/** Reads the body to its end; the answer names its length. */
function answerLater(request: IncomingMessage, response: ServerResponse, delayMs: () => number): void {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => (bytes += chunk.length));
  request.on('end', () => {
    const text = JSON.stringify({ url: request.url, bytes });
    const answer = (): void => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length });
      response.end(text);
    };
    const ms = delayMs();
    if (ms === 0) answer();
    else setTimeout(answer, ms);
  });
}
