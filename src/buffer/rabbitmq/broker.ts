import { connect, type Channel, type ChannelModel } from 'amqplib';
import { messageOf, TideoverError } from '../../errors.js';
import type { RabbitmqSpec } from './spec.js';

/** Connecting takes no longer than this. */
const connectLimitMs = 5_000;
/** A broker that is silent for twice as long is taken for dead, on both sides. */
const heartbeatSeconds = 5;

/** Opens a connection. Rejects with `buffer-failed`, whose hint says what to change. */
export async function connectBroker(spec: RabbitmqSpec): Promise<ChannelModel> {
  try {
    const connection = await connect(
      {
        protocol: spec.tls ? 'amqps' : 'amqp',
        hostname: spec.host,
        port: spec.port,
        username: spec.user,
        password: spec.password,
        vhost: spec.vhost,
        heartbeat: heartbeatSeconds,
      },
      { timeout: connectLimitMs, noDelay: true, clientProperties: { connection_name: 'tideover' } },
    );
    connection.on('error', () => undefined); // `close` follows and is what counts
    return connection;
  } catch (error) {
    const why = messageOf(error);
    throw new TideoverError('buffer-failed', `RabbitMQ at ${spec.host}:${spec.port} cannot be used: ${why}`, {
      hint: hintFor(why, spec),
      cause: error,
    });
  }
}

function hintFor(why: string, { user, vhost }: RabbitmqSpec): string {
  if (why.includes('ACCESS_REFUSED')) return `Check the user ${user} and TIDEOVER_RABBITMQ_PASSWORD.`;
  if (why.includes('NOT_ALLOWED')) return `Check that the virtual host ${vhost} exists and that ${user} may use it.`;
  return 'Check host and port, and that the broker runs.';
}

/** What the broker refused an operation with; AMQP's own numbers. */
export const replyCodes = { accessRefused: 403, notFound: 404, resourceLocked: 405, preconditionFailed: 406 } as const;

/** The broker's number in an error of amqplib, if it is one. */
export function replyCodeOf(error: unknown): number | undefined {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'number' ? code : undefined;
}

/**
 * Runs an operation on a channel of its own, because a refused one closes its channel. Undefined when the broker refuses it with one of
 * `expected`; other refusals reject.
 */
export async function attempt<T>(
  connection: ChannelModel,
  expected: readonly number[],
  operation: (channel: Channel) => Promise<T>,
): Promise<T | undefined> {
  const channel = await connection.createChannel();
  channel.on('error', () => undefined); // the operation's promise says it
  try {
    const result = await operation(channel);
    await channel.close();
    return result;
  } catch (error) {
    if (expected.includes(replyCodeOf(error) ?? 0)) return undefined;
    await channel.close().catch(() => undefined);
    throw error;
  }
}
