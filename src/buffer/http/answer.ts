import type { ServerResponse } from 'node:http';

/** An answer of the buffer's own, where the service has none. */
export interface OwnAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Only where nothing has reached the service, so that asking again is safe. */
  readonly retryAfterS?: number;
  /** Ends the connection: what the client still sends cannot be told from a next request. */
  readonly closes: boolean;
}

export function answer(response: ServerResponse, { status, code, message, retryAfterS, closes }: OwnAnswer): void {
  const text = `${JSON.stringify({ error: { code, message } })}\n`;
  if (closes) response.shouldKeepAlive = false;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
  });
  response.end(text);
}
