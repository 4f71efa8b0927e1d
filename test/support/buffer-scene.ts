import type { RequestListener } from 'node:http';
import { request, type RequestOptions } from 'node:http';
import { onTestFinished } from 'vitest';
import { startHttpBuffer, type HttpBuffer, type HttpBufferOptions } from '../../src/index.js';
import { bufferToken } from './http-buffer.js';
import { startHttpService, type HttpService } from './http-service.js';

/** A service, and the embedded buffer before it, in this process; they end with the test. */
export interface BufferScene {
  readonly service: HttpService;
  readonly buffer: HttpBuffer;
  /** Of the first route. */
  readonly port: number;
  readonly url: string;
  readonly ask: (method: 'GET' | 'POST', path: string, fields?: object) => Promise<{ status: number; body: AdminBody }>;
}

/** What the tests look at in the admin API's answers. */
export interface AdminBody {
  readonly state: string;
  readonly held: number;
  readonly inFlight: number;
  readonly upgraded: number;
  readonly drained: boolean;
  readonly report: { held: number; answered: number; rejected: number; abandoned: number; displacement: number };
  readonly hold: { id: string; state: string; endedBy: string | null; report: AdminBody['report'] } | null;
  readonly error: { code: string; message: string; hint: string };
}

export async function openScene(
  options: Partial<HttpBufferOptions> & { readonly handler?: RequestListener } = {},
): Promise<BufferScene> {
  const service = await startHttpService(options.handler === undefined ? {} : { handler: options.handler });
  const listen = { host: '127.0.0.1', port: 0 };
  const routes = options.routes ?? [{ listen, upstream: new URL(service.url) }];
  const buffer = await startHttpBuffer({ admin: listen, token: bufferToken, ...options, routes });
  onTestFinished(async () => {
    await buffer.close(0);
    await service.close();
  });
  return {
    service,
    buffer,
    port: Number(buffer.routes[0]!.listen.split(':')[1]),
    url: `http://${buffer.routes[0]!.listen}`,
    ask: async (method, path, fields) => {
      const response = await fetch(`http://${buffer.admin}${path}`, {
        method,
        headers: { authorization: `Bearer ${bufferToken}` },
        ...(fields === undefined ? {} : { body: JSON.stringify(fields) }),
      });
      return { status: response.status, body: (await response.json()) as AdminBody };
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly rawHeaders: readonly string[];
  readonly trailers: NodeJS.Dict<string>;
  readonly text: string;
}

/** One request on a connection of its own, unless `agent` is given. */
export function send(url: string, options: RequestOptions & { readonly body?: string | Buffer } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { body, ...rest } = options;
    request(url, { agent: false, ...rest }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers, rawHeaders, trailers } = response;
        resolve({ status, headers, rawHeaders, trailers, text: Buffer.concat(chunks).toString() });
      });
    })
      .on('error', reject)
      .end(body);
  });
}
