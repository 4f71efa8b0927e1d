import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  adminErrors,
  holdRequestOf,
  positive,
  Refusal,
  type AdminError,
  type BufferStatus,
  type DrainAnswer,
  type Fields,
  type HoldFacts,
} from './admin-protocol.js';
import type { Gate } from './gate.js';
import { HoldRecord } from './hold-record.js';
import { metricsText } from './metrics.js';

/** A request to the admin API is a few numbers. */
const mostBytes = 16_384;
const drainByDefaultMs = 10_000;
const longestDrainMs = 600_000;
/** In received order, and quick: see `Hold.release`. */
const windowByDefault = 8;

export interface AdminOptions {
  readonly gate: Gate;
  readonly token: string;
  readonly limits: BufferStatus['limits'];
  /** Asked at each status: port 0 is known only after listening. */
  readonly routes: () => BufferStatus['routes'];
}

type Verb = (fields: Fields) => object | Promise<object>;

/** The admin API: JSON in, JSON out, a bearer token before everything but `/health`. */
export function createAdmin(options: AdminOptions): Server {
  const verbs = verbsOf(options);
  const expected = digest(options.token);
  return createServer((request, response) => {
    serve(request, expected, verbs, options).then(
      (body) => reply(response, 200, body),
      (error: unknown) => refuse(response, error),
    );
  });
}

function verbsOf({ gate, limits, routes }: AdminOptions): Readonly<Record<string, Verb>> {
  return {
    'GET /status': () => statusOf(gate, limits, routes()),
    'POST /hold': (fields) => {
      const { record } = gate;
      if (gate.state !== 'open')
        throw new Refusal(
          'already-held',
          `it is held already, by "${record?.id ?? ''}"`,
          'Release that hold first, or wait until it ends by itself.',
        );
      const hold = new HoldRecord(holdRequestOf(fields, limits));
      gate.hold(hold);
      return factsOf(gate, hold);
    },
    'POST /renew': (fields) => {
      const hold = holdInForce(gate, fields);
      hold.renew(positive(fields, 'leaseMs', limits.maxWaitMs));
      return factsOf(gate, hold);
    },
    'POST /drain': async (fields): Promise<DrainAnswer> => {
      holdInForce(gate, fields);
      const timeoutMs = Math.min(positive(fields, 'timeoutMs', drainByDefaultMs), longestDrainMs);
      return { drained: await gate.drain(timeoutMs), inFlight: gate.inFlight };
    },
    'POST /release': async (fields) => {
      const window = positive(fields, 'window', windowByDefault);
      const hold = holdInForce(gate, fields);
      gate.release(window, 'release');
      await hold.closed();
      return factsOf(gate, hold);
    },
  };
}

/** The hold that holds, and is the one named, when one is named. Throws `Refusal`. */
function holdInForce(gate: Gate, { id }: Fields): HoldRecord {
  const { record } = gate;
  if (record === null || (id !== undefined && id !== record.id))
    throw new Refusal(
      'not-held',
      id === undefined ? 'nothing is held' : `there is no hold ${JSON.stringify(id)}`,
      'See GET /status.',
    );
  if (gate.state === 'holding') return record;
  throw new Refusal(
    id === undefined ? 'not-held' : 'hold-ended',
    id === undefined ? 'nothing is held' : `the hold "${record.id}" has ended by ${record.endedBy ?? 'release'}`,
    'What was held has gone to the service, in received order. See GET /status.',
  );
}

function statusOf(gate: Gate, limits: BufferStatus['limits'], routes: BufferStatus['routes']): BufferStatus {
  const { state, held, inFlight, upgraded, record } = gate;
  const hold = record === null ? null : factsOf(gate, record);
  return { buffer: 'tideover', state, held, inFlight, upgraded, limits, routes, hold };
}

function factsOf(gate: Gate, hold: HoldRecord): HoldFacts {
  const { id, endedBy, remainingMs } = hold;
  const isHolding = gate.state === 'holding' && gate.record === hold;
  const state = isHolding ? 'holding' : hold.isClosed ? 'ended' : 'releasing';
  return { id, state, endedBy, remainingMs: isHolding ? remainingMs : 0, report: hold.report() };
}

async function serve(
  request: IncomingMessage,
  expected: Buffer,
  verbs: Readonly<Record<string, Verb>>,
  { gate }: AdminOptions,
): Promise<object | string> {
  const { pathname } = new URL(request.url ?? '/', 'http://admin');
  const name = `${request.method ?? 'GET'} ${pathname}`;
  if (name === 'GET /health') return { status: 'ok', state: gate.state };
  authorize(request.headers.authorization, expected);
  if (name === 'GET /metrics') return metricsText(gate);
  const verb = verbs[name];
  if (verb !== undefined) return verb(request.method === 'POST' ? await bodyOf(request) : {});
  const known = [...Object.keys(verbs), 'GET /health', 'GET /metrics'];
  const isKnownPath = known.some((other) => other.endsWith(` ${pathname}`));
  throw new Refusal(
    isKnownPath ? 'method-wrong' : 'not-found',
    `there is no ${name}`,
    `There are ${known.join(', ')}.`,
  );
}

function authorize(header: string | undefined, expected: Buffer): void {
  const token = /^Bearer +(.+)$/i.exec(header ?? '')?.[1];
  if (token === undefined)
    throw new Refusal(
      'token-missing',
      'no token was given',
      'Send "Authorization: Bearer …" with the value of TIDEOVER_BUFFER_TOKEN.',
    );
  // Digests have the same length, so the comparison tells nothing about the token's.
  if (!timingSafeEqual(digest(token), expected))
    throw new Refusal(
      'token-wrong',
      'the token is wrong',
      'It is the value of TIDEOVER_BUFFER_TOKEN with which the buffer was started.',
    );
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

async function bodyOf(request: IncomingMessage): Promise<Fields> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes)
      throw new Refusal('too-large', `the body has more than ${mostBytes} bytes`, 'Send one small JSON object.');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8').trim();
  if (text === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal('bad-json', 'the body is no JSON', 'Send a JSON object, as {"leaseMs": 10000}.');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Refusal('bad-json', 'the body is no JSON object', 'Send a JSON object, as {"leaseMs": 10000}.');
}

function reply(response: ServerResponse, status: number, body: object | string): void {
  const isText = typeof body === 'string';
  const text = isText ? body : `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': isText ? 'text/plain; version=0.0.4' : 'application/json',
    'content-length': Buffer.byteLength(text),
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  });
  response.end(text);
}

function refuse(response: ServerResponse, error: unknown): void {
  if (!(error instanceof Refusal)) {
    // The client has gone, or a defect: no answer is the honest one.
    response.destroy();
    return;
  }
  const { code, message, hint } = error;
  if (code === 'too-large') response.shouldKeepAlive = false;
  reply(response, adminErrors[code], { error: { code, message, hint } } satisfies AdminError);
}
