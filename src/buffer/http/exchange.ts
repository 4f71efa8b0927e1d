import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { errors, type Dispatcher } from 'undici';
import { answer, type OwnAnswer } from './answer.js';
import type { Gate, Outcome, Passage } from './gate.js';
import { passHeader, requestHead, responseHead, textsOf } from './headers.js';
import type { HoldRecord } from './hold-record.js';
import type { Passes } from './pass.js';
import { withBody, type Body } from './request-body.js';
import { switchingHead, tunnel } from './tunnel.js';

/** Between two tries to reach a service that accepts no connections. */
const offerMs = 100;

/** What a request needs of the route on which it came. */
export interface Surroundings {
  readonly gate: Gate;
  /** Null: no passes are given or taken. */
  readonly passes: Passes | null;
  readonly upstream: { readonly pool: Dispatcher };
  readonly scheme: 'http' | 'https';
  /** No further request is taken from this connection. */
  readonly isClosing: boolean;
}

export interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly kind: 'plain' | 'expects-continue' | 'upgrade';
  /** The request before it on the same connection, when that is unanswered: HTTP/1.1 pipelining answers in order. */
  readonly previous: Exchange | null;
}

/**
 * One request and its answer, on the way from the client to the service and back. It is sent at most once: we retry nothing, and undici
 * does not either, because requests never share a connection at a time (`pipelining: 1`).
 */
export class Exchange implements Passage, Dispatcher.DispatchHandler {
  readonly seq: number;
  readonly arrivedAt = performance.now();
  place: Passage['place'] = 'outside';
  hold: HoldRecord | null = null;
  isUnderWay = false;
  /** The answer has gone, or its client has. */
  isOver = false;
  #next: Exchange | null = null;
  readonly #around: Surroundings;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #kind: Arrival['kind'];
  #previous: Exchange | null;
  /** The pass that was given to it; null when it came with one. */
  #ownPass: string | null = null;
  #options: Dispatcher.DispatchOptions | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  /** Of the answer's body: what is still to come; null when only its end tells. */
  #missing: number | null = null;
  #hasAnswer = false;

  constructor(around: Surroundings, { request, response, kind, previous }: Arrival) {
    this.seq = around.gate.nextSeq();
    this.#around = around;
    this.#request = request;
    this.#response = response;
    this.#kind = kind;
    this.#previous = previous;
    if (previous !== null) previous.#next = this;
    response.once('close', () => this.#closed());
    this.#knock();
  }

  isReady(): boolean {
    return this.#previous === null;
  }

  go(): void {
    const { passes, scheme } = this.#around;
    try {
      const peer = this.#request.socket.remoteAddress ?? 'unknown';
      const { headers, bodyLength, pass } = requestHead(this.#request.rawHeaders, { peer, scheme });
      if (passes !== null) headers.push(passHeader, this.#passFor(passes, pass));
      if (this.#kind === 'expects-continue') this.#response.writeContinue();
      withBody(this.#request, bodyLength, (body) => this.#send(headers, body));
      // Nobody waits for a client that is slow with its body.
      if (this.#options === null) this.isUnderWay = true;
    } catch (error) {
      this.#fail(error);
    }
  }

  turnAway(reason: 'full' | 'late'): void {
    const message = reason === 'full' ? 'Too many requests wait already.' : 'The request waited too long.';
    this.#answer({ status: 503, code: `held-${reason}`, message, retryAfterS: 1 });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Nothing has been written yet.
    if (this.isOver) {
      controller.abort(new Error('the client left'));
      return;
    }
    this.#controller = controller;
    this.isUnderWay = true;
    if (this.hold !== null) this.#around.gate.proceed();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, _: unknown, statusText?: string): void {
    if (status < 200) return;
    this.#hasAnswer = true;
    if (this.isOver) {
      controller.abort(new Error('the client left'));
      return;
    }
    const { headers, bodyLength } = responseHead(controller.rawHeaders as Buffer[]);
    this.#missing = bodyLength;
    const response = this.#response;
    if (this.#around.isClosing || this.#hasUnreadBody()) response.shouldKeepAlive = false;
    response.sendDate = false;
    response.writeHead(status, statusText ?? '', headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const response = this.#response;
    if (this.#missing !== null) {
      this.#missing -= chunk.length;
      // Head and body leave in one piece.
      if (this.#missing === 0) {
        response.end(chunk);
        return;
      }
    }
    if (response.write(chunk)) return;
    controller.pause();
    response.once('drain', () => controller.resume());
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    const response = this.#response;
    if (!response.writableEnded) {
      const trailers = textsOf((controller.rawTrailers ?? []) as Buffer[]);
      if (trailers.length > 0) response.addTrailers(pairsOf(trailers));
      response.end();
    }
    this.#finish('answered');
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    // The service may just be starting: nothing was sent, so it can be offered again, and the others stay in line meanwhile.
    if (this.#controller === null && !this.isOver && this.hold?.isPatient() === true)
      setTimeout(() => this.#offer(), offerMs);
    else if (this.isOver) this.#finish(this.#hasAnswer ? 'answered' : this.#controller === null ? 'left' : 'failed');
    else this.#fail(error);
  }

  onRequestUpgrade(controller: Dispatcher.DispatchController, _: number, __: unknown, service: Duplex): void {
    const client = this.#request.socket;
    if (this.isOver) {
      service.destroy();
      this.#finish('answered');
      return;
    }
    this.#response.detachSocket(client);
    // From here on the tunnel reads.
    client.removeAllListeners('readable').removeAllListeners('end');
    this.#retirePass();
    const { gate } = this.#around;
    gate.upgrade(this);
    const head = switchingHead('Switching Protocols', textsOf(controller.rawHeaders as Buffer[]));
    tunnel(client, service, head, () => void (gate.upgraded -= 1));
  }

  #knock(): void {
    const { gate, passes } = this.#around;
    if (gate.state === 'open') {
      // The one before it will call.
      if (this.#previous === null) gate.enter(this, false);
      return;
    }
    const shown = passes === null ? undefined : this.#request.headers[passHeader];
    const isPassed =
      passes !== null &&
      typeof shown === 'string' &&
      passes.isValid(shown, Date.now(), gate.record?.beganAtMs ?? null) &&
      this.#previous === null;
    gate.enter(this, isPassed);
  }

  /** The request before it on the connection is over. */
  #becomeFirst(): void {
    this.#previous = null;
    if (this.place === 'outside') this.#knock();
    else if (this.place === 'waiting') this.#around.gate.proceed();
  }

  #send(headers: string[], body: Body): void {
    if (this.isOver) return;
    const { method = 'GET', url = '/' } = this.#request;
    const upgrade = this.#kind === 'upgrade' ? (this.#request.headers.upgrade ?? null) : null;
    // undici opens a new TLS connection whenever the name changes that it takes from the Host field; the route's connector sets the true one.
    const options = { method, path: url, headers, body, upgrade, servername: 'service' };
    this.#options = options;
    this.#offer();
  }

  #offer(): void {
    this.#around.upstream.pool.dispatch(this.#options!, this);
  }

  /** A call with a valid pass carries that one on; see `Passes`. */
  #passFor(passes: Passes, shown: string | null): string {
    if (shown !== null && passes.isValid(shown, Date.now(), null)) return shown;
    this.#ownPass = passes.issue(Date.now());
    return this.#ownPass;
  }

  /** The connection to the client has ended, or the answer has been handed over completely. */
  #closed(): void {
    this.isOver = true;
    const hasLeft = !this.#response.writableFinished;
    if (this.place === 'waiting' || this.place === 'outside') this.#finish('left');
    // It runs on at the service until that answers, and counts as being there as long.
    else if (hasLeft && this.#hasAnswer) this.#controller?.abort(new Error('the client left'));
    // Its body never came: the service knows nothing of it.
    else if (hasLeft && this.#controller === null && !this.#request.complete) this.#finish('left');
    if (this.#next !== null) this.#next.#becomeFirst();
    this.#next = null;
  }

  #finish(outcome: Outcome): void {
    this.isUnderWay = true;
    this.#retirePass();
    this.#around.gate.finish(this, outcome);
  }

  #retirePass(): void {
    if (this.#ownPass === null) return;
    this.#around.passes?.retire(this.#ownPass);
    this.#ownPass = null;
  }

  #fail(error: unknown): void {
    if (this.#response.headersSent) this.#response.destroy();
    else this.#answer(this.#failureOf(error));
    this.#finish('failed');
  }

  #failureOf(error: unknown): Omit<OwnAnswer, 'closes'> {
    if (
      error instanceof RangeError ||
      error instanceof errors.InvalidArgumentError ||
      error instanceof errors.NotSupportedError
    )
      return { status: 400, code: 'request-invalid', message: `The request cannot be forwarded: ${error.message}.` };
    if (this.#controller === null)
      return {
        status: 503,
        code: 'service-unreachable',
        message: 'The service does not accept connections.',
        retryAfterS: 1,
      };
    if (error instanceof errors.HeadersTimeoutError)
      return {
        status: 504,
        code: 'service-silent',
        message: 'The service has the request and did not answer in time.',
      };
    return {
      status: 502,
      code: 'service-failed',
      message: 'The service got the request and ended the connection without an answer.',
    };
  }

  #answer(own: Omit<OwnAnswer, 'closes'>): void {
    answer(this.#response, { ...own, closes: this.#around.isClosing || this.#hasUnreadBody() });
  }

  #hasUnreadBody(): boolean {
    const { complete, headers } = this.#request;
    return !complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);
  }
}

function pairsOf(flat: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < flat.length; i += 2) pairs.push([flat[i]!, flat[i + 1]!]);
  return pairs;
}
