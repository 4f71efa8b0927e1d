import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { messageOf, TideoverError } from '../../errors.js';
import type { BufferCapabilities, BufferLayer, Hold, HoldReport, HoldRequest, HoldStatus } from '../contract.js';
import type { AdminError, BufferStatus, DrainAnswer, HoldFacts } from './admin-protocol.js';

const capabilities: BufferCapabilities = {
  carries: 'http',
  strictOrder: true,
  countsInFlight: true,
  countsHeld: true,
  perProject: true,
  onExpiry: 'open',
};

/** An answer that takes longer is none, but for `drain` and `release`, which wait for others. */
const answerMs = 5_000;
/** How long the answer of `drain` may be late. */
const graceMs = 2_000;
/** Between two looks at a release whose answer was lost. */
const lookMs = 50;

/**
 * A `tideover buffer` process, driven over its admin API. `url`: `http://HOST:ADMINPORT`. Throws `buffer-invalid` for what is no such URL,
 * and without a token.
 */
export function httpBuffer(url: string, token: string): BufferLayer {
  return new HttpBufferLayer(originOf(url), token);
}

function originOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.pathname !== '/' || parsed.username !== '') {
    throw new TideoverError('buffer-invalid', `"${url}" is no address of a buffer's admin API`, {
      hint: 'Give http://HOST:ADMINPORT, as `tideover buffer --admin` has it, without a path or a user.',
    });
  }
  return parsed.origin;
}

class HttpBufferLayer implements BufferLayer {
  readonly name: string;
  readonly capabilities = capabilities;
  readonly #pool: Pool;
  readonly #token: string;

  constructor(origin: string, token: string) {
    if (token === '') {
      throw new TideoverError('buffer-invalid', `there is no token for the buffer at ${origin}`, {
        hint: 'Set TIDEOVER_BUFFER_TOKEN to the value with which `tideover buffer` was started.',
      });
    }
    this.name = origin;
    this.#token = token;
    this.#pool = new Pool(origin, { connect: { timeout: answerMs } });
  }

  async preflight(holdMs: number): Promise<readonly string[]> {
    let status: BufferStatus;
    try {
      status = await this.ask<BufferStatus>('GET', '/status');
    } catch (error) {
      const { message, hint } = error as TideoverError;
      return [`${message}. ${hint ?? ''}`.trim()];
    }
    const obstacles: string[] = [];
    if (status.state !== 'open')
      obstacles.push(
        `the buffer ${this.name} is held already, by "${status.hold?.id ?? ''}". Release that hold, or wait until it has ended.`,
      );
    if (holdMs > status.limits.maxWaitMs)
      obstacles.push(
        `the buffer ${this.name} lets no request wait longer than ${status.limits.maxWaitMs} ms, and the hold may take ${holdMs} ms. Start it with a longer --max-wait, or shorten the hold.`,
      );
    return obstacles;
  }

  async hold(request: HoldRequest): Promise<Hold> {
    await this.ask('POST', '/hold', { ...request });
    return new HttpHold(this, request.id);
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  /** Rejects with `buffer-failed`; `facts.kind` is the admin API's code, or `unreachable`. */
  async ask<Answer>(
    method: 'GET' | 'POST',
    path: string,
    fields: object | null = null,
    timing: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<Answer> {
    const { status, text } = await this.#exchange(method, path, fields, timing);
    let answer: unknown;
    try {
      answer = JSON.parse(text);
    } catch {
      answer = null;
    }
    if (status === 200 && typeof answer === 'object' && answer !== null) return answer as Answer;
    const refusal = (answer as Partial<AdminError> | null)?.error;
    if (refusal === undefined) {
      throw new TideoverError(
        'buffer-failed',
        `what answers at ${this.name} is no tideover buffer (status ${status})`,
        {
          hint: 'Give the address of --admin, not the one of --listen.',
          facts: { kind: 'not-a-buffer' },
        },
      );
    }
    throw new TideoverError('buffer-failed', `the buffer ${this.name} refused: ${refusal.message}`, {
      hint: refusal.hint,
      facts: { kind: refusal.code },
    });
  }

  async #exchange(
    method: 'GET' | 'POST',
    path: string,
    fields: object | null,
    { timeoutMs = answerMs, signal }: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<{ status: number; text: string }> {
    try {
      const { statusCode, body } = await this.#pool.request({
        method,
        path,
        headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
        body: fields === null ? null : JSON.stringify(fields),
        headersTimeout: timeoutMs,
        bodyTimeout: answerMs,
        signal: signal ?? null,
      });
      return { status: statusCode, text: await body.text() };
    } catch (error) {
      signal?.throwIfAborted();
      throw new TideoverError('buffer-failed', `the buffer ${this.name} does not answer: ${messageOf(error)}`, {
        hint: 'See whether `tideover buffer` runs and --admin is that address.',
        cause: error,
        facts: { kind: 'unreachable' },
      });
    }
  }
}

class HttpHold implements Hold {
  readonly #layer: HttpBufferLayer;
  readonly #id: string;

  constructor(layer: HttpBufferLayer, id: string) {
    this.#layer = layer;
    this.#id = id;
  }

  async drain(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const timing = { timeoutMs: timeoutMs + graceMs, signal };
    const { drained, inFlight } = await this.#layer.ask<DrainAnswer>(
      'POST',
      '/drain',
      { id: this.#id, timeoutMs },
      timing,
    );
    if (drained) return;
    throw new TideoverError(
      'buffer-failed',
      `after ${timeoutMs} ms ${inFlight} requests are still at the service behind ${this.#layer.name}`,
      {
        hint: 'Try again when the service is less busy, or allow a longer drain.',
        facts: { kind: 'drain-expired', inFlight },
      },
    );
  }

  async renew(leaseMs: number): Promise<void> {
    await this.#layer.ask('POST', '/renew', { id: this.#id, leaseMs });
  }

  async status(): Promise<HoldStatus> {
    const { held, inFlight, upgraded, hold } = await this.#layer.ask<BufferStatus>('GET', '/status');
    const isOurs = hold?.id === this.#id;
    return {
      state: isOurs ? hold.state : 'ended',
      held,
      inFlight,
      upgraded,
      remainingMs: isOurs ? hold.remainingMs : 0,
    };
  }

  async release({ window }: { readonly window: number }): Promise<HoldReport> {
    try {
      // It answers when the last request has gone, which is the service's pace.
      return (await this.#layer.ask<HoldFacts>('POST', '/release', { id: this.#id, window }, { timeoutMs: 0 })).report;
    } catch (error) {
      if (!(error instanceof TideoverError) || error.facts['kind'] !== 'unreachable') throw error;
      return this.#releaseSeen(error);
    }
  }

  /** The answer was lost. Whether the release took place is asked, not guessed, and it is not sent twice. */
  async #releaseSeen(lost: TideoverError): Promise<HoldReport> {
    for (;;) {
      const { hold } = await this.#layer.ask<BufferStatus>('GET', '/status');
      if (hold?.id !== this.#id || hold.endedBy !== 'release') throw lost;
      if (hold.state === 'ended') return hold.report;
      await delay(lookMs);
    }
  }
}
