import type { ChannelModel, ConfirmChannel, ConsumeMessage, Message, Options } from 'amqplib';
import { setTimeout as delay } from 'node:timers/promises';
import { TideoverError } from '../../errors.js';
import { attempt, replyCodes } from './broker.js';

/** How long a relay waits for queues or exchanges of a service that is away, all in all. */
const patienceMs = 15_000;

/** Held messages are relayed with at most this many unconfirmed when nobody says how many. */
export const ownWindow = 8;

interface HeldMessage {
  readonly message: ConsumeMessage;
  readonly arrivedAt: number;
}

export interface RelayCounts {
  /** Messages that came into the queue of held ones. */
  held: number;
  /** Given to the service's queues and confirmed by the broker. */
  relayed: number;
  /** Not relayed, because their own time to live ended while they waited. */
  expired: number;
  /** Their queue did not come back in time. */
  undeliverable: number;
  longestMs: number;
}

/**
 * The queue of held messages, as its only consumer. A message is acknowledged when the broker has confirmed its copy: until then it is the broker's, and
 * goes back to its place when we die. It is taken out at once, because that is the only way to know when it came: its time to live goes on.
 */
export class HeldMessages {
  readonly counts: RelayCounts = { held: 0, relayed: 0, expired: 0, undeliverable: 0, longestMs: 0 };
  readonly #connection: ChannelModel;
  readonly #channel: ConfirmChannel;
  readonly #queue: string;
  readonly #relayKey: string;
  readonly #user: string;
  readonly #onArrival: () => void;
  readonly #isAwaited: (message: ConsumeMessage) => boolean;
  readonly #waiting: HeldMessage[] = [];
  readonly #known = new Set<string>();
  #returned: Message[] = [];
  #patienceMs = patienceMs;

  private constructor(connection: ChannelModel, channel: ConfirmChannel, options: HeldMessagesOptions) {
    this.#connection = connection;
    this.#channel = channel;
    this.#queue = options.queue;
    this.#relayKey = options.relayKey;
    this.#user = options.user;
    this.#isAwaited = options.isAwaited;
    this.#onArrival = options.onArrival;
    channel.on('close', options.onClosed);
    channel.on('error', () => undefined); // publish and the connection's end say it
    channel.on('return', (message: Message) => this.#returned.push(message));
  }

  static async open(connection: ChannelModel, options: HeldMessagesOptions): Promise<HeldMessages> {
    return new HeldMessages(connection, await connection.createConfirmChannel(), options);
  }

  async consume(): Promise<void> {
    await this.#channel.consume(this.#queue, (message) => {
      if (message === null) return; // the queue was deleted
      this.#waiting.push({ message, arrivedAt: Date.now() });
      this.counts.held += 1;
      this.#onArrival();
    });
  }

  /** Messages that wait now. */
  get count(): number {
    return this.#waiting.length;
  }

  /** Relays in received order, `window` unconfirmed at most, until none is left here or in the queue, or `limitMs` are over: publishers may be faster. */
  async relay(window: number, limitMs: number): Promise<void> {
    const end = Date.now() + limitMs;
    while (Date.now() < end) {
      if (this.#waiting.length > 0) await this.#relaySome(window);
      // The count of an empty queue is answered after all that it delivered before, so `waiting` is complete then.
      else if ((await this.#channel.checkQueue(this.#queue)).messageCount === 0 && this.#waiting.length === 0) return;
    }
  }

  /** Ends consuming and removes the empty queue. False when a message came: relay again. */
  async removeQueue(): Promise<boolean> {
    if (this.#waiting.length > 0) return false;
    const removed = await attempt(this.#connection, [replyCodes.preconditionFailed], (channel) =>
      channel.deleteQueue(this.#queue, { ifEmpty: true }),
    );
    return removed !== undefined;
  }

  async #relaySome(window: number): Promise<void> {
    const batch = this.#waiting.slice(0, window);
    for (const { message } of batch) await this.#exchangeExists(message.fields.exchange);
    const published = batch.filter((held) => this.#isAlive(held));
    this.#returned = [];
    await Promise.all(published.map((held) => this.#publish(held)));
    const again = this.#takeReturned(published);
    for (const held of batch) {
      if (again.includes(held)) continue;
      this.#channel.ack(held.message);
      this.counts.longestMs = Math.max(this.counts.longestMs, Date.now() - held.arrivedAt);
      this.counts.relayed += published.includes(held) ? 1 : 0;
    }
    this.#waiting.splice(0, batch.length, ...again);
    if (again.length > 0) await this.#wait(100);
  }

  #isAlive({ message, arrivedAt }: HeldMessage): boolean {
    const alive = remainingMs(message, arrivedAt) > 0;
    if (!alive) this.counts.expired += 1;
    return alive;
  }

  #publish({ message, arrivedAt }: HeldMessage): Promise<void> {
    const properties = message.properties as Options.Publish & { userId?: string };
    const options: Options.Publish = {
      ...properties,
      BCC: [this.#relayKey],
      mandatory: true,
      ...(properties.expiration === undefined ? {} : { expiration: remainingMs(message, arrivedAt) }),
    };
    // The broker lets nobody publish under another user's name.
    if (options.userId !== this.#user) delete options.userId;
    return new Promise((resolve, reject) => {
      const { exchange, routingKey } = message.fields;
      this.#channel.publish(exchange, routingKey, message.content, options, (error: unknown) => {
        if (error === null || error === undefined) resolve();
        else reject(error instanceof Error ? error : new Error('the broker refused a relayed message'));
      });
    });
  }

  /** Those that reached no queue and should: their service is away for a moment. The others would have been dropped without us, too. */
  #takeReturned(published: readonly HeldMessage[]): HeldMessage[] {
    const again: HeldMessage[] = [];
    for (const { fields, content } of this.#returned) {
      const held = published.find(
        (other) =>
          !again.includes(other) &&
          other.message.fields.routingKey === fields.routingKey &&
          other.message.fields.exchange === fields.exchange &&
          other.message.content.equals(content),
      );
      if (held === undefined || !this.#isAwaited(held.message)) continue;
      if (this.#patienceMs > 0) again.push(held);
      else this.counts.undeliverable += 1;
    }
    // In their old order, whatever the order of their return.
    return published.filter((held) => again.includes(held));
  }

  /** After a restart of the broker exchanges that are not durable come back with their service. */
  async #exchangeExists(exchange: string): Promise<void> {
    while (!this.#known.has(exchange)) {
      const found = await attempt(this.#connection, [replyCodes.notFound], (channel) =>
        channel.checkExchange(exchange),
      );
      if (found !== undefined) this.#known.add(exchange);
      else if (this.#patienceMs > 0) await this.#wait(200);
      else throw this.#noExchange(exchange);
    }
  }

  #noExchange(exchange: string): TideoverError {
    return new TideoverError('buffer-failed', `held messages cannot be given back: the exchange ${exchange} is gone`, {
      hint: `They wait in the queue ${this.#queue}; the next hold gives them back when the service has made its exchange again.`,
    });
  }

  async #wait(ms: number): Promise<void> {
    this.#patienceMs -= ms;
    await delay(ms);
  }
}

export interface HeldMessagesOptions {
  readonly queue: string;
  readonly relayKey: string;
  /** Of our connection. */
  readonly user: string;
  /** Whether the message had a queue when the hold began. */
  readonly isAwaited: (message: ConsumeMessage) => boolean;
  readonly onArrival: () => void;
  /** Nothing can be relayed any more. */
  readonly onClosed: () => void;
}

/** What is left of a message's time to live; infinite without one. */
function remainingMs({ properties }: ConsumeMessage, arrivedAt: number): number {
  const expiration = properties.expiration as string | undefined;
  return expiration === undefined ? Infinity : Number(expiration) - (Date.now() - arrivedAt);
}
