import { setTimeout as delay } from 'node:timers/promises';
import { TideoverError } from '../../errors.js';
import type { Hold, HoldReport, HoldRequest, HoldStatus } from '../contract.js';
import { expiryWindow, HeldBackend } from './held-backend.js';
import type { HaproxySpec } from './spec.js';

/** How often it is looked at whether HAProxy still does what it was told. */
const lookMs = 200;
const retryMs = 500;
const giveUpMs = 15_000;
const drainPollMs = 10;

/**
 * Holds a backend, and serves its plug, in this process. HAProxy knows no lease: it is kept here, and so is the deadline.
 * Rejects with `buffer-failed`, and nothing is held then.
 */
export async function beginHold(spec: HaproxySpec, secret: string, request: HoldRequest): Promise<Hold> {
  const lost = new AbortController();
  const backend = await HeldBackend.begin(spec, secret, request, () => lost.abort());
  const hold = new HaproxyHold(backend, request);
  lost.signal.addEventListener('abort', () => hold.endBy('HAProxy gave the plug away'));
  if (lost.signal.aborted) hold.endBy('HAProxy gave the plug away');
  return hold;
}

class HaproxyHold implements Hold {
  readonly #backend: HeldBackend;
  readonly #deadlineEnd: number;
  #leaseEnd: number;
  #ending: Promise<HoldReport> | undefined;
  #endedBy = 'it was released';

  constructor(backend: HeldBackend, { leaseMs, deadlineMs }: HoldRequest) {
    this.#backend = backend;
    this.#leaseEnd = Date.now() + leaseMs;
    this.#deadlineEnd = Date.now() + deadlineMs;
    void this.#watch();
  }

  async drain(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      this.#mustHold();
      const { inFlight } = await this.status();
      if (inFlight === 0) return;
      if (Date.now() >= end) {
        throw new TideoverError(
          'buffer-failed',
          `${inFlight} requests were still at the service after ${timeoutMs} ms`,
          {
            hint: 'Try again when no long request runs; upgraded connections (websockets) of this backend never end by themselves.',
            facts: { kind: 'drain-expired', inFlight },
          },
        );
      }
      await delay(drainPollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown must be a rejection
  async renew(leaseMs: number): Promise<void> {
    this.#mustHold();
    this.#leaseEnd = Date.now() + leaseMs;
  }

  status(): Promise<HoldStatus> {
    return this.#backend.status();
  }

  async release({ window }: { readonly window: number }): Promise<HoldReport> {
    if (this.#ending === undefined) return (this.#ending = this.#open(window));
    await this.#ending.catch(() => undefined);
    throw this.#ended();
  }

  /** Ends the hold without being asked; the queue goes to the service, in order. */
  endBy(reason: string): void {
    if (this.#ending !== undefined) return;
    this.#endedBy = reason;
    this.#ending = this.#open(expiryWindow);
    this.#ending.catch(() => undefined);
  }

  /** An opening that HAProxy does not take is tried again for a while: nobody else will. */
  async #open(window: number): Promise<HoldReport> {
    const giveUp = Date.now() + giveUpMs;
    for (;;) {
      try {
        return await this.#backend.release(window);
      } catch (error) {
        if (Date.now() > giveUp) throw error;
        await delay(retryMs);
      }
    }
  }

  async #watch(): Promise<void> {
    while (this.#ending === undefined) {
      const reason = await this.#reasonToEnd();
      if (reason !== null) this.endBy(reason);
      const untilEnd = Math.min(this.#leaseEnd, this.#deadlineEnd) - Date.now();
      await delay(Math.max(1, Math.min(lookMs, untilEnd)));
    }
  }

  async #reasonToEnd(): Promise<string | null> {
    const now = Date.now();
    if (now >= this.#leaseEnd) return 'its lease ran out';
    if (now >= this.#deadlineEnd) return 'its deadline passed';
    const isInForce = await this.#backend.isInForce().catch(() => true); // a socket that is busy proves nothing
    return isInForce ? null : 'servers were taken out of maintenance, or HAProxy was reloaded';
  }

  #mustHold(): void {
    if (this.#ending !== undefined) throw this.#ended();
  }

  #ended(): TideoverError {
    return new TideoverError('buffer-failed', `the hold has ended: ${this.#endedBy}`, {
      hint: 'What was held has gone to the service; try the cutover again.',
    });
  }
}
