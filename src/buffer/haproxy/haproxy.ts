import { setTimeout as delay } from 'node:timers/promises';
import { TideoverError } from '../../errors.js';
import type { BufferLayer, Hold, HoldReport, HoldRequest, HoldStatus } from '../contract.js';
import { KeeperChannel } from './keeper-channel.js';
import { findObstacles } from './preflight.js';
import { type HaproxySpec, parseHaproxySpec, socketName } from './spec.js';

const drainPollMs = 10;

/**
 * HAProxy as a buffer, over its runtime socket (`README.md` of `examples/haproxy` has the configuration). `spec` is
 * `haproxy:SOCKET?backend=NAME&url=URL[&plug=NAME]`, `secret` the value of the plug's header. Throws `buffer-invalid`.
 */
export function haproxyBuffer(spec: string, secret: string): BufferLayer {
  if (secret === '') {
    throw new TideoverError('buffer-invalid', `the buffer "${spec}" needs the secret of its plug server`, {
      hint: 'set TIDEOVER_BUFFER_TOKEN to the value that the use-server rule of HAProxy compares with',
    });
  }
  return new HaproxyLayer(parseHaproxySpec(spec), secret);
}

class HaproxyLayer implements BufferLayer {
  readonly name: string;
  readonly capabilities = {
    carries: 'http',
    strictOrder: true,
    countsInFlight: true,
    countsHeld: true,
    perProject: true,
    onExpiry: 'open',
  } as const;
  private readonly holds = new Set<HaproxyHold>();
  private spare: KeeperChannel | undefined;

  constructor(
    private readonly spec: HaproxySpec,
    private readonly secret: string,
  ) {
    this.name = `haproxy:${socketName(spec.socket)}?backend=${spec.backend}`;
  }

  preflight(holdMs: number): Promise<readonly string[]> {
    this.readyKeeper();
    return findObstacles(this.spec, this.secret, holdMs);
  }

  async hold(request: HoldRequest): Promise<Hold> {
    const keeper = this.readyKeeper();
    this.spare = undefined;
    try {
      await keeper.call({
        verb: 'hold',
        spec: { ...this.spec, url: this.spec.url.href },
        secret: this.secret,
        request,
      });
    } catch (error) {
      keeper.close();
      throw error;
    }
    const hold = new HaproxyHold(keeper, () => {
      this.holds.delete(hold);
      this.readyKeeper();
    });
    this.holds.add(hold);
    return hold;
  }

  /** Started before it is needed: users wait while a process starts inside a cutover. */
  private readyKeeper(): KeeperChannel {
    if (this.spare === undefined || this.spare.isGone) this.spare = new KeeperChannel();
    return this.spare;
  }

  async close(): Promise<void> {
    await Promise.all([...this.holds].map((hold) => hold.leave()));
    this.spare?.close();
    this.spare = undefined;
  }
}

class HaproxyHold implements Hold {
  private last: HoldStatus | undefined;

  constructor(
    private readonly keeper: KeeperChannel,
    private readonly onEnd: () => void,
  ) {}

  async drain(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const { state, inFlight } = await this.status();
      if (state !== 'holding') throw new TideoverError('buffer-failed', 'the hold ended while requests were awaited');
      if (inFlight === 0) return;
      if (Date.now() >= end) {
        throw new TideoverError(
          'buffer-failed',
          `${inFlight} requests were still at the service after ${timeoutMs} ms`,
          {
            hint: 'try again when no long request runs; upgraded connections (websockets) of this backend never end by themselves',
            facts: { kind: 'drain-expired', inFlight },
          },
        );
      }
      await delay(drainPollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  async renew(leaseMs: number): Promise<void> {
    await this.keeper.call({ verb: 'renew', leaseMs });
  }

  async status(): Promise<HoldStatus> {
    if (this.last !== undefined) return this.last;
    const status = await this.keeper.call({ verb: 'status' });
    if (status.state === 'ended') this.finish(status);
    return status;
  }

  async release(options: { readonly window: number }): Promise<HoldReport> {
    if (this.last !== undefined) throw ended();
    const report = await this.keeper.call({ verb: 'release', window: options.window });
    this.finish({ state: 'ended', held: 0, inFlight: 0, upgraded: null, remainingMs: 0 });
    return report;
  }

  /** The engine goes; the lease ends the hold. */
  async leave(): Promise<void> {
    await this.keeper.call({ verb: 'leave' }).catch(() => undefined);
    this.keeper.close();
  }

  private finish(status: HoldStatus): void {
    this.last = status;
    this.keeper.close();
    this.onEnd();
  }
}

function ended(): TideoverError {
  return new TideoverError('buffer-failed', 'the hold has ended', { hint: 'begin another one' });
}
