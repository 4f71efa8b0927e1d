import { messageOf, TideoverError } from '../../errors.js';
import type { BufferCapabilities, Hold, HoldReport, HoldRequest, HoldStatus } from '../contract.js';

/** What a load balancer that we do not know is asked to do, as JSON. Each must be done when it is answered. */
export type HookMessage =
  | { readonly verb: 'preflight'; readonly holdMs: number }
  | ({ readonly verb: 'hold' } & HoldRequest)
  | { readonly verb: 'drain'; readonly id: string; readonly timeoutMs: number }
  | { readonly verb: 'release'; readonly id: string; readonly window: number };

/** Gives a message to the hook; resolves with its JSON answer, or null. Rejects when the hook says that it could not, or after `timeoutMs`. */
export type Ask = (message: HookMessage, timeoutMs: number) => Promise<unknown>;

/** A hook is believed when it says that it has drained; of what it holds nothing is known but what it reports. */
export const hookCapabilities: BufferCapabilities = {
  carries: 'http',
  strictOrder: false,
  countsInFlight: true,
  countsHeld: false,
  perProject: true,
  onExpiry: 'open',
};

/** For verbs that have no time limit of their own in the message. */
const answerMs = 30_000;

/** The obstacles that the hook names (`{"obstacles": ["…"]}`), or that it cannot be reached. */
export async function preflightOf(name: string, ask: Ask, holdMs: number): Promise<readonly string[]> {
  try {
    const answer = (await ask({ verb: 'preflight', holdMs }, answerMs)) as { obstacles?: unknown } | null;
    const obstacles = answer?.obstacles;
    return Array.isArray(obstacles) ? obstacles.map(String) : [];
  } catch (error) {
    return [`${name} does not answer "preflight": ${messageOf(error)}; mend the hook.`];
  }
}

/** Holds through a hook. Lease and deadline are timers here: the hook knows nothing of the engine's life. */
export async function holdThrough(name: string, ask: Ask, request: HoldRequest): Promise<Hold> {
  try {
    await ask({ verb: 'hold', ...request }, answerMs);
  } catch (error) {
    throw failed(name, 'hold', error);
  }
  return new HookHold(name, ask, request);
}

class HookHold implements Hold {
  readonly #name: string;
  readonly #ask: Ask;
  readonly #id: string;
  readonly #startedAt = performance.now();
  readonly #until: number;
  readonly #deadline: NodeJS.Timeout;
  #lease: NodeJS.Timeout;
  #state: HoldStatus['state'] = 'holding';

  constructor(name: string, ask: Ask, { id, leaseMs, deadlineMs }: HoldRequest) {
    this.#name = name;
    this.#ask = ask;
    this.#id = id;
    this.#until = this.#startedAt + deadlineMs;
    this.#deadline = setTimeout(() => this.#expire(), deadlineMs);
    this.#lease = setTimeout(() => this.#expire(), leaseMs);
  }

  async drain(timeoutMs: number, signal: AbortSignal): Promise<void> {
    this.#mustHold();
    signal.throwIfAborted();
    let abort: () => void = () => undefined;
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', abort, { once: true });
    });
    const drained = this.#ask({ verb: 'drain', id: this.#id, timeoutMs: Math.round(timeoutMs) }, timeoutMs);
    try {
      await Promise.race([drained, aborted]);
    } catch (error) {
      signal.throwIfAborted();
      throw failed(this.#name, 'drain', error, { kind: 'drain-expired' });
    } finally {
      drained.catch(() => undefined);
      signal.removeEventListener('abort', abort);
    }
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a rejection, not a throw
  async renew(leaseMs: number): Promise<void> {
    this.#mustHold();
    clearTimeout(this.#lease);
    this.#lease = setTimeout(() => this.#expire(), leaseMs);
  }

  status(): Promise<HoldStatus> {
    const remainingMs = Math.max(0, Math.round(this.#until - performance.now()));
    return Promise.resolve({ state: this.#state, held: null, inFlight: null, upgraded: null, remainingMs });
  }

  async release({ window }: { readonly window: number }): Promise<HoldReport> {
    this.#mustHold();
    this.#end('releasing');
    try {
      const answer = (await this.#ask(
        { verb: 'release', id: this.#id, window },
        answerMs,
      )) as Partial<HoldReport> | null;
      return this.#report(answer ?? {});
    } catch (error) {
      throw failed(this.#name, 'release', error);
    } finally {
      this.#state = 'ended';
    }
  }

  #report(counted: Partial<HoldReport>): HoldReport {
    const count = (value: unknown): number | null => (typeof value === 'number' ? value : null);
    return {
      held: count(counted.held),
      answered: count(counted.answered),
      rejected: count(counted.rejected),
      abandoned: count(counted.abandoned),
      longestMs: count(counted.longestMs),
      displacement: count(counted.displacement),
      durationMs: Math.round(performance.now() - this.#startedAt),
    };
  }

  /** The lease or the deadline is over: the hook is told to release, and the hold's owner learns of it when he asks. */
  #expire(): void {
    this.#end('releasing');
    void this.#ask({ verb: 'release', id: this.#id, window: 8 }, answerMs)
      .catch((error: unknown) => process.emitWarning(`${this.#name}: ${messageOf(error)}`, 'TideoverWarning'))
      .finally(() => (this.#state = 'ended'));
  }

  #end(state: HoldStatus['state']): void {
    clearTimeout(this.#lease);
    clearTimeout(this.#deadline);
    this.#state = state;
  }

  #mustHold(): void {
    if (this.#state === 'holding') return;
    throw new TideoverError('buffer-failed', `the hold of ${this.#name} has ended`, {
      hint: 'Its lease or deadline was over, or it was released. Hold again.',
    });
  }
}

function failed(name: string, verb: string, cause: unknown, facts: Record<string, unknown> = {}): TideoverError {
  return new TideoverError('buffer-failed', `${name} failed to ${verb}: ${messageOf(cause)}`, {
    cause,
    facts,
    hint: `The source is serving. See what the hook does at "${verb}", and run the same command again.`,
  });
}
