import { messageOf, TideoverError } from '../../errors.js';
import type { RabbitmqSpec } from './spec.js';

/** A request that the broker does not answer within this time has failed. */
const answerLimitMs = 5_000;

export interface Exchange {
  readonly name: string;
  readonly type: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The name of the policy in force. */
  readonly policy?: string;
}

export interface Binding {
  readonly source: string;
  readonly destination: string;
  readonly destination_type: 'queue' | 'exchange';
  readonly routing_key: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface Policy {
  readonly name: string;
  readonly pattern: string;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly priority: number;
  readonly 'apply-to': string;
}

/** A queue as its process says itself, not as the statistics of some seconds ago have it. */
export interface QueueTotals {
  readonly name: string;
  readonly exclusive: boolean;
  readonly messages_ready?: number;
  readonly messages_unacknowledged?: number;
}

/** What the management API is needed for: AMQP itself lists neither bindings nor unacknowledged messages, and sets no policies. */
export class Management {
  readonly #spec: RabbitmqSpec;
  readonly #vhost: string;

  constructor(spec: RabbitmqSpec) {
    this.#spec = spec;
    this.#vhost = encodeURIComponent(spec.vhost);
  }

  /** The user's tags, such as `policymaker`. */
  async tags(): Promise<readonly string[]> {
    const { tags } = (await this.#get('whoami')) as { tags: string | readonly string[] };
    return typeof tags === 'string' ? tags.split(',') : tags;
  }

  async exchanges(): Promise<readonly Exchange[]> {
    return (await this.#get(`exchanges/${this.#vhost}`)) as Exchange[];
  }

  async bindings(): Promise<readonly Binding[]> {
    return (await this.#get(`bindings/${this.#vhost}`)) as Binding[];
  }

  /** Bindings whose source is one exchange. */
  async bindingsOf(exchange: string): Promise<readonly Binding[]> {
    const path = `exchanges/${this.#vhost}/${encodeURIComponent(exchange)}/bindings/source`;
    return ((await this.#get(path, [404])) ?? []) as Binding[];
  }

  /**
   * Measured on 3.10: with these two parameters the queues are asked at once. Without them, or for one queue alone, the numbers are up to ten
   * seconds old, and a busy queue looks drained.
   */
  async queues(): Promise<readonly QueueTotals[]> {
    return (await this.#get(`queues/${this.#vhost}?disable_stats=true&enable_queue_totals=true`)) as QueueTotals[];
  }

  async policies(): Promise<readonly Policy[]> {
    return (await this.#get(`policies/${this.#vhost}`)) as Policy[];
  }

  async setPolicy(name: string, policy: Omit<Policy, 'name'>): Promise<void> {
    await this.#ask('PUT', `policies/${this.#vhost}/${encodeURIComponent(name)}`, policy);
  }

  async deletePolicy(name: string): Promise<void> {
    await this.#ask('DELETE', `policies/${this.#vhost}/${encodeURIComponent(name)}`, undefined, [404]);
  }

  #get(path: string, alsoFine: readonly number[] = []): Promise<unknown> {
    return this.#ask('GET', path, undefined, alsoFine);
  }

  async #ask(method: string, path: string, body?: unknown, alsoFine: readonly number[] = []): Promise<unknown> {
    const { management, user, password } = this.#spec;
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${management}/api/${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(answerLimitMs),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      text = await response.text();
    } catch (error) {
      throw this.#failure(messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error));
    }
    if (alsoFine.includes(response.status)) return undefined;
    if (!response.ok)
      throw this.#failure(`${method} ${path.split('?')[0]!} was answered with ${response.status}`, response.status);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }

  #failure(what: string, status?: number): TideoverError {
    const { management, user } = this.#spec;
    const hint =
      status === 401
        ? `Check TIDEOVER_RABBITMQ_PASSWORD, and give ${user} the tag policymaker.`
        : status === 403
          ? `Give ${user} the tag policymaker and access to the virtual host.`
          : 'Enable the plugin rabbitmq_management and name its address with management=http://host:15672.';
    return new TideoverError('buffer-failed', `RabbitMQ's management API at ${management} cannot be used: ${what}`, {
      hint,
      facts: { status },
    });
  }
}
