import { connect, type Channel, type ChannelModel, type ConsumeMessage, type Options } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { Withheld } from './withheld.js';

/** A server of an RPC topic in oslo.messaging's layout: it serves `topic`, `topic.host` and the topic's fanout, one message after the other. */
export class RpcServer {
  /** What it began, in that order, by queue kind. */
  readonly executed: {
    readonly via: 'topic' | 'host' | 'fanout';
    readonly text: string;
    readonly fields: ConsumeMessage;
  }[] = [];
  readonly answers = new Withheld();
  readonly #connection: ChannelModel;

  private constructor(connection: ChannelModel) {
    this.#connection = connection;
  }

  static async start(url: string, exchange: string, topic: string, options: ServerOptions = {}): Promise<RpcServer> {
    const { host = 'host1', durable = false } = options;
    const connection = await connect(url, { noDelay: true });
    connection.on('error', () => undefined);
    const server = new RpcServer(connection);
    const channel = await connection.createChannel();
    await channel.prefetch(options.prefetch ?? 1, true);
    await channel.assertExchange(exchange, 'topic', { durable });
    await channel.assertExchange(`${topic}_fanout`, 'fanout', { durable });
    for (const [via, name] of [
      ['topic', topic],
      ['host', `${topic}.${host}`],
    ] as const) {
      await channel.assertQueue(name, { durable });
      await channel.bindQueue(name, exchange, name);
      await channel.consume(name, (message) => void server.#serve(channel, via, message));
    }
    const fanout = `${topic}_fanout_${randomUUID()}`;
    await channel.assertQueue(fanout, { durable: false, autoDelete: true });
    await channel.bindQueue(fanout, `${topic}_fanout`, '');
    await channel.consume(fanout, (message) => void server.#serve(channel, 'fanout', message));
    return server;
  }

  async #serve(channel: Channel, via: 'topic' | 'host' | 'fanout', message: ConsumeMessage | null): Promise<void> {
    if (message === null) return;
    const text = message.content.toString();
    this.executed.push({ via, text, fields: message });
    await this.answers.over;
    const { replyTo, correlationId } = message.properties as Options.Publish;
    try {
      if (replyTo !== undefined) {
        channel.sendToQueue(replyTo, Buffer.from(`done ${text}`), correlationId === undefined ? {} : { correlationId });
      }
      channel.ack(message);
    } catch {
      // it was stopped while it worked
    }
  }

  /** What came by one kind of queue. */
  texts(via: 'topic' | 'host' | 'fanout'): string[] {
    return this.executed.filter((call) => call.via === via).map(({ text }) => text);
  }

  async stop(): Promise<void> {
    await this.#connection.close().catch(() => undefined);
  }
}

export interface ServerOptions {
  readonly host?: string;
  readonly durable?: boolean;
  /** Messages that it takes at once. */
  readonly prefetch?: number;
}

/** A caller with its reply queue. */
export class RpcClient {
  readonly #connection: ChannelModel;
  readonly #channel: Channel;
  readonly #replyQueue: string;
  readonly #waiting = new Map<string, (answer: string) => void>();

  private constructor(connection: ChannelModel, channel: Channel, replyQueue: string) {
    this.#connection = connection;
    this.#channel = channel;
    this.#replyQueue = replyQueue;
  }

  static async start(url: string): Promise<RpcClient> {
    const connection = await connect(url, { noDelay: true });
    connection.on('error', () => undefined);
    const channel = await connection.createConfirmChannel();
    const replyQueue = `reply_${randomUUID()}`;
    await channel.assertQueue(replyQueue, { durable: false, autoDelete: true });
    const client = new RpcClient(connection, channel, replyQueue);
    await channel.consume(
      replyQueue,
      (message) => client.#waiting.get(String(message?.properties.correlationId))?.(message!.content.toString()),
      { noAck: true },
    );
    return client;
  }

  /** Resolves with the server's answer. */
  call(exchange: string, key: string, text: string, options: Options.Publish = {}): Promise<string> {
    const correlationId = randomUUID();
    const answer = new Promise<string>((resolve) => this.#waiting.set(correlationId, resolve));
    this.cast(exchange, key, text, { ...options, replyTo: this.#replyQueue, correlationId });
    return answer;
  }

  cast(exchange: string, key: string, text: string, options: Options.Publish = {}): void {
    this.#channel.publish(exchange, key, Buffer.from(text), options);
  }

  async stop(): Promise<void> {
    await this.#connection.close().catch(() => undefined);
  }
}
