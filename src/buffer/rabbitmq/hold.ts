import type { ChannelModel } from 'amqplib';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, TideoverError } from '../../errors.js';
import type { Hold, HoldReport, HoldRequest, HoldStatus } from '../contract.js';
import { attempt, connectBroker, replyCodes } from './broker.js';
import { Gate, namesFor } from './gate.js';
import { giveBack } from './give-back.js';
import { HeldMessages, ownWindow } from './held-messages.js';
import { Management } from './management.js';
import type { RabbitmqSpec } from './spec.js';
import { topicMatches } from './topic-pattern.js';
import { finishLeftover, recoverHold, takeLock } from './leftover.js';
import { topologyObstacles } from './preflight.js';
import { readTopology, type Topology } from './topology.js';

/** Between two looks at the bindings; for as long a service that binds its queue again gets messages past the hold. */
const watchMs = 100;
/** A hold whose bindings could not be watched for this long may have been ended by a service that started. */
const blindLimitMs = 2_000;
const drainPollMs = 50;
const connectionLost = 'the connection to the broker was lost';
/** After the connection was lost: how long the broker may take to come back before the hold is given up as it is. */
const comebackLimitMs = 60_000;

/** Takes the service's lock, builds the gate and closes it. Rejects with `buffer-failed`, and nothing is held then. */
export async function beginHold(spec: RabbitmqSpec, request: HoldRequest): Promise<Hold> {
  const connection = await connectBroker(spec);
  try {
    await takeLock(connection, spec);
    const management = new Management(spec);
    const gate = new Gate(connection, management, spec);
    if (await gate.isLeft()) await finishLeftover(connection, gate, spec);
    const topology = await readTopology(management, spec);
    const [obstacle] = topologyObstacles(spec, topology, await management.queues(), await management.policies());
    if (obstacle !== undefined || topology === undefined) {
      throw new TideoverError('buffer-failed', `RabbitMQ cannot hold ${spec.exchange}: ${obstacle ?? ''}`, {
        hint: 'Nothing is held. `tideover plan` names everything that is in the way.',
      });
    }
    const hold = new RabbitmqHold(spec, request, topology, { connection, management, gate });
    await hold.begin();
    return hold;
  } catch (error) {
    await connection.close().catch(() => undefined);
    throw asBufferFailure(error, spec);
  }
}

interface Parts {
  readonly connection: ChannelModel;
  readonly management: Management;
  readonly gate: Gate;
}

class RabbitmqHold implements Hold {
  readonly #spec: RabbitmqSpec;
  readonly #request: HoldRequest;
  readonly #parts: Parts;
  readonly #exchanges: readonly string[];
  readonly #topology: Topology;
  readonly #begunAt = Date.now();
  #messages!: HeldMessages;
  #lease!: NodeJS.Timeout;
  #deadline!: NodeJS.Timeout;
  #state: HoldStatus['state'] = 'holding';
  /** Why the hold ended by itself. */
  #endedBecause: string | undefined;
  #end: Promise<HoldReport> | undefined;
  #watchedAt = Date.now();
  #adopted = 0;

  constructor(spec: RabbitmqSpec, request: HoldRequest, topology: Topology, parts: Parts) {
    this.#spec = spec;
    this.#request = request;
    this.#parts = parts;
    this.#topology = topology;
    this.#exchanges = [topology.main, ...topology.fanouts].map(({ exchange }) => exchange.name);
  }

  async begin(): Promise<void> {
    const { connection, gate } = this.#parts;
    try {
      await gate.build(this.#topology);
      this.#messages = await this.#openMessages();
      await gate.close(this.#exchanges);
    } catch (error) {
      await finishLeftover(connection, gate, this.#spec);
      throw error;
    }
    this.#lease = setTimeout(() => this.#endBy('its lease ran out'), this.#request.leaseMs);
    this.#deadline = setTimeout(() => this.#endBy('its deadline passed'), this.#request.deadlineMs);
    connection.once('close', () => this.#endBy(connectionLost));
    await this.#messages.consume().catch(() => this.#endBy(connectionLost));
    void this.#watch();
  }

  async drain(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      signal.throwIfAborted();
      this.#stillHolding();
      const inFlight = await this.#inFlight();
      if (inFlight === 0) return;
      if (Date.now() >= end) {
        throw new TideoverError(
          'buffer-failed',
          `${inFlight} messages are still at the service after ${timeoutMs} ms`,
          {
            hint: 'Wait for a quieter moment, or allow the drain more time.',
            facts: { kind: 'drain-expired', inFlight },
          },
        );
      }
      await delay(drainPollMs, undefined, { signal }).catch(() => undefined);
    }
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown must be a rejection
  async renew(leaseMs: number): Promise<void> {
    this.#stillHolding();
    const blindMs = Date.now() - this.#watchedAt;
    if (blindMs > blindLimitMs) {
      const what = `the bindings of ${this.#spec.exchange} could not be watched for ${blindMs} ms`;
      throw new TideoverError('buffer-failed', what, {
        hint: 'A service that started meanwhile would get its messages past the hold: look at the management API.',
      });
    }
    clearTimeout(this.#lease);
    this.#lease = setTimeout(() => this.#endBy('its lease ran out'), leaseMs);
  }

  async status(): Promise<HoldStatus> {
    const ended = this.#state === 'ended';
    return {
      state: this.#state,
      held: ended ? 0 : this.#messages.count,
      inFlight: this.#state === 'holding' ? await this.#inFlight() : null,
      upgraded: null,
      remainingMs: ended ? 0 : Math.max(0, this.#begunAt + this.#request.deadlineMs - Date.now()),
    };
  }

  async release({ window }: { readonly window: number }): Promise<HoldReport> {
    if (this.#end === undefined) return this.#finish(window);
    await this.#end.catch(() => undefined);
    throw this.#ended();
  }

  #openMessages(): Promise<HeldMessages> {
    const { held, relayKey } = namesFor(this.#spec.exchange);
    const { main, fanouts } = this.#topology;
    const fanoutsWithQueues = fanouts
      .filter(({ bindings }) => bindings.length > 0)
      .map(({ exchange }) => exchange.name);
    return HeldMessages.open(this.#parts.connection, {
      queue: held,
      relayKey,
      user: this.#spec.user,
      isAwaited: ({ fields: { exchange, routingKey } }) =>
        exchange === this.#spec.exchange
          ? main.bindings.some(({ routing_key }) => topicMatches(routing_key, routingKey))
          : fanoutsWithQueues.includes(exchange),
      onClosed: () => this.#endBy(connectionLost),
      onArrival: () => {
        if (this.#messages.count > this.#request.maxHeld)
          this.#endBy(`more than ${this.#request.maxHeld} messages came`);
      },
    });
  }

  /** Messages in the service's queues: with it, or on their way to it. What lies in a queue that nobody serves is not in flight. */
  async #inFlight(): Promise<number> {
    const { gate, management, connection } = this.#parts;
    const [behind, totals] = await Promise.all([gate.queues(this.#exchanges), management.queues()]);
    let count = 0;
    for (const { name, messages_ready: ready = 0, messages_unacknowledged: unacknowledged = 0 } of totals) {
      if (!behind.has(name) || ready + unacknowledged === 0) continue;
      const served =
        unacknowledged > 0 ||
        ((await attempt(connection, [replyCodes.notFound], (channel) => channel.checkQueue(name)))?.consumerCount ??
          0) > 0;
      if (served) count += ready + unacknowledged;
    }
    return count;
  }

  async #watch(): Promise<void> {
    while (this.#state === 'holding') {
      try {
        this.#adopted += await this.#parts.gate.adopt(this.#exchanges);
        this.#watchedAt = Date.now();
      } catch {
        // One look that fails says nothing; `renew` counts how long none has succeeded.
      }
      await delay(watchMs);
    }
  }

  #endBy(reason: string): void {
    if (this.#end !== undefined) return;
    this.#endedBecause = reason;
    this.#finish(ownWindow).catch(() => undefined);
  }

  #finish(window: number): Promise<HoldReport> {
    this.#state = 'releasing';
    clearTimeout(this.#lease);
    clearTimeout(this.#deadline);
    this.#end = this.#giveBack(window).finally(() => (this.#state = 'ended'));
    return this.#end;
  }

  async #giveBack(window: number): Promise<HoldReport> {
    const { connection, gate } = this.#parts;
    try {
      const late = await giveBack(gate, this.#messages, window);
      await connection.close();
      return this.#report(late);
    } catch (error) {
      await connection.close().catch(() => undefined);
      await this.#comeBack(error);
      throw this.#ended(messageOf(error));
    }
  }

  /** The broker may be restarting; what is ours on it survives, and so do messages that are persistent. */
  async #comeBack(cause: unknown): Promise<void> {
    const end = Date.now() + comebackLimitMs;
    for (let error = cause; ;) {
      if (Date.now() > end) throw asBufferFailure(error, this.#spec);
      await delay(500);
      try {
        await recoverHold(this.#spec);
        return;
      } catch (another) {
        error = another;
      }
    }
  }

  #report(late: number): HoldReport {
    const { held, expired, undeliverable, longestMs } = this.#messages.counts;
    return {
      held,
      answered: null,
      rejected: undeliverable,
      abandoned: expired,
      longestMs,
      // Those that came between the last empty queue and its opened gate may have been overtaken, and so may those before a rebound queue.
      displacement: late === 0 && this.#adopted === 0 ? 0 : null,
      durationMs: Date.now() - this.#begunAt,
    };
  }

  #stillHolding(): void {
    if (this.#state !== 'holding') throw this.#ended();
  }

  #ended(because = this.#endedBecause ?? 'it was released'): TideoverError {
    return new TideoverError('buffer-failed', `the hold of ${this.#spec.exchange} has ended: ${because}`, {
      hint: 'What was held has been given to the service; try the cutover again.',
    });
  }
}

function asBufferFailure(error: unknown, { exchange }: RabbitmqSpec): TideoverError {
  if (error instanceof TideoverError) return error;
  return new TideoverError('buffer-failed', `RabbitMQ cannot hold ${exchange}: ${messageOf(error)}`, {
    hint: 'Nothing is held. Look at the rights of the account (examples/rabbitmq/README.md) and at the log of the broker.',
    cause: error,
  });
}
