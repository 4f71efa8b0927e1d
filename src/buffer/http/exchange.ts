import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { answer, type OwnAnswer } from './answer.js';
import type { Outcome, Passage } from './passage.js';
import { passHeader, pairsOf, requestHead, responseHead, textsOf, type Bytes } from './headers.js';
import type { Arrival, Surroundings } from './arrival.js';
import type { HoldRecord } from './hold-record.js';
import type { Passes } from './pass.js';
import { failureOf } from './failure.js';
import { hasUnreadBody, withBody, type Body } from './request-body.js';
import { switchingHead, tunnel } from './tunnel.js';

/** Between two tries to reach a service that accepts no connections. */
const offerMs = 100;

/** Answers up to here are copied, which costs less than a second buffer in the write. */
const oneWriteUpTo = 16_384;

/**
 * One request and its answer, on the way from the client to the service and back. It is sent at most once: we retry nothing, and undici
 * does not either, because requests never share a connection at a time (`pipelining: 1`).
 *
 * It is undici's handler itself, in the form that gets header fields as bytes: the newer form makes an object of them first, which nobody
 * here needs, and costs a tenth of the whole way.
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
  /** Set as soon as something of the request may have reached the service. */
  #abort: ((reason?: Error) => void) | null = null;
  #resume: (() => void) | null = null;
  /** Of the answer's body: what is still to come; null when only its end tells. */
  #missing: number | null = null;
  #hasAnswer = false;
  #isEnding = false;

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

  onConnect(abort: (reason?: Error) => void): void {
    // Nothing has been written yet.
    if (this.isOver) {
      abort(clientLeft());
      return;
    }
    this.#abort = abort;
    this.isUnderWay = true;
    if (this.hold !== null) this.#around.gate.proceed();
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void, statusText: string): boolean {
    if (status < 200) return true;
    this.#hasAnswer = true;
    if (this.isOver) {
      this.#abort?.(clientLeft());
      return true;
    }
    this.#resume = resume;
    const { headers, bodyLength } = responseHead(raw);
    this.#missing = bodyLength;
    const response = this.#response;
    if (this.#around.isClosing || hasUnreadBody(this.#request)) response.shouldKeepAlive = false;
    response.sendDate = false;
    response.writeHead(status, statusText, headers);
    return true;
  }

  /** False: no more, until `#resume`. */
  onData(chunk: Buffer): boolean {
    const response = this.#response;
    if (this.#missing !== null) {
      this.#missing -= chunk.length;
      if (this.#missing === 0) {
        // As text of the same bytes, head and body leave in one write.
        if (chunk.length <= oneWriteUpTo) {
          response.write(chunk.toString('latin1'), 'latin1');
          // Ending it now would add an empty part, and make two writes of one.
          this.#isEnding = true;
          process.nextTick(end, response);
        } else response.end(chunk);
        return true;
      }
    }
    if (response.write(chunk)) return true;
    response.once('drain', () => this.#resume?.());
    return false;
  }

  onComplete(raw: readonly Bytes[] | null): void {
    const response = this.#response;
    if (!response.writableEnded && !this.#isEnding) {
      if (raw !== null && raw.length > 0) response.addTrailers(pairsOf(raw));
      response.end();
    }
    this.#finish('answered');
  }

  onError(error: Error): void {
    // The service may just be starting: nothing was sent, so it can be offered again, and the others stay in line meanwhile.
    if (this.#abort === null && !this.isOver && this.hold?.isPatient() === true)
      setTimeout(() => this.#offer(), offerMs);
    else if (this.isOver) this.#finish(this.#hasAnswer ? 'answered' : this.#abort === null ? 'left' : 'failed');
    else this.#fail(error);
  }

  onUpgrade(_: number, raw: Buffer[], service: Duplex): void {
    const client = this.#request.socket;
    if (this.isOver) {
      service.destroy();
      this.#finish('answered');
      return;
    }
    this.#response.detachSocket(client);
    // From here on the tunnel reads.
    client.removeAllListeners('end');
    this.#retirePass();
    const { gate } = this.#around;
    gate.upgrade(this);
    tunnel(client, service, switchingHead('Switching Protocols', textsOf(raw)), () => void (gate.upgraded -= 1));
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
    else if (hasLeft && this.#hasAnswer) this.#abort?.(clientLeft());
    // Its body never came: the service knows nothing of it.
    else if (hasLeft && this.#abort === null && !this.#request.complete) this.#finish('left');
    if (this.#next !== null) this.#next.#becomeFirst();
    this.#next = null;
  }

  #finish(outcome: Outcome): void {
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
    else this.#answer(failureOf(error, this.#abort !== null));
    this.#finish('failed');
  }

  #answer(own: Omit<OwnAnswer, 'closes'>): void {
    answer(this.#response, { ...own, closes: this.#around.isClosing || hasUnreadBody(this.#request) });
  }
}

const end = (response: ServerResponse): unknown => response.end();
const clientLeft = (): Error => new Error('the client left');
