import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';

/**
 * Up to here a body is read before the request is sent: it then leaves in one piece, a slow client does not occupy the service,
 * and a client that leaves half-way has not asked for anything. Larger ones flow through.
 */
const wholeUpTo = 65_536;

/** Calls `send` once with what undici takes as a body. Before this call nothing of the body is read. */
export function withBody(request: IncomingMessage, length: number | null, send: (body: Body) => void): void {
  if (length === 0) send(null);
  else if (length !== null && length <= wholeUpTo) collect(request, length, send);
  else send(flowing(request));
}

export type Body = Buffer | Readable | null;

function collect(request: IncomingMessage, length: number, send: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const take = (chunk: Buffer): void => {
    chunks.push(chunk);
    size += chunk.length;
    if (size === length) send(chunks.length === 1 ? chunk : Buffer.concat(chunks, length));
  };
  // That of a request that waited is here already: it goes at once, in its order.
  while (request.readableLength > 0) take(request.read() as Buffer);
  if (size < length) request.on('data', take);
}

/** undici destroys the body of a request that fails, and a destroyed IncomingMessage takes the client's connection, and our answer, with it. */
function flowing(request: IncomingMessage): Readable {
  const body = new PassThrough();
  request.once('close', () => {
    if (!request.complete) body.destroy(new Error('the client left before its request was complete'));
  });
  return request.pipe(body);
}

/** Whether more of the request is to come, so that its connection cannot be used for a next one. */
export function hasUnreadBody(request: IncomingMessage): boolean {
  if (request.complete) return false;
  // Node makes this object only now; it costs.
  const { headers } = request;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
