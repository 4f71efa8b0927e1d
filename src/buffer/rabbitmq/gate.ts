import type { ChannelModel } from 'amqplib';
import { setTimeout as delay } from 'node:timers/promises';
import { TideoverError } from '../../errors.js';
import { attempt, replyCodes } from './broker.js';
import type { Binding, Management, Policy } from './management.js';
import { isServiceQueue, type ServiceExchange, type Topology } from './topology.js';
import type { RabbitmqSpec } from './spec.js';

/** A policy reaches its exchange within milliseconds; later than this it never will. */
const policyLimitMs = 5_000;

/**
 * A message is routed from exchange to exchange, each with its bindings of that moment. What began before a binding was changed is through long before this
 * (seen: a fanout's message that got the old binding and, on a busy broker, the closed gate, and came twice).
 */
export const settleMs = 50;

/** What we make on the broker; found again by these names when a hold was left behind. */
export function namesFor(exchange: string): Names {
  const prefix = `tideover.${exchange}`;
  return { held: `${prefix}.held`, lock: `${prefix}.lock`, policy: prefix, relayKey: `${prefix}.relay`, prefix };
}

interface Names {
  /** Exchange and queue of the held messages. */
  readonly held: string;
  /** An exclusive queue: whoever has it holds. */
  readonly lock: string;
  readonly policy: string;
  /** A second routing key (BCC) that only relayed messages have. */
  readonly relayKey: string;
  readonly prefix: string;
}

/**
 * What stands between the service's exchanges and its queues during a hold.
 *
 *     topic exchange ──#──► way ──same keys──► queues          open
 *     topic exchange ──────► held (alternate exchange) ──► queue of held messages          closed: `#` is unbound
 *     fanout exchange ──► gate ──#──► way ──► queues;  gate ──────► held          the same with an exchange of ours before it
 *
 * - Each gate closes with the removal of one binding, which is atomic: a message goes one way or the other, never both, never none.
 * - The way is built beside the old bindings before they are removed: RabbitMQ gives a message to a queue once, by however many bindings it
 *   got there. So nothing is lost or doubled by the building and the removal either.
 * - The alternate exchange of a topic exchange comes from a policy: a service that starts and binds its queue again gets its messages directly
 *   until we see it (`adopt`): they overtake, but no copy of them is held. A fanout exchange has many queues, and one that is bound again must
 *   not take the messages of all others: therefore its gate is an exchange of our own.
 * - A relayed message is published to its own exchange with its own key, and a second key in BCC, which the broker removes: it takes it
 *   through the closed gate.
 */
export class Gate {
  readonly #connection: ChannelModel;
  readonly #management: Management;
  readonly #spec: RabbitmqSpec;
  readonly #names: Names;

  constructor(connection: ChannelModel, management: Management, spec: RabbitmqSpec) {
    this.#connection = connection;
    this.#management = management;
    this.#spec = spec;
    this.#names = namesFor(spec.exchange);
  }

  /** Builds everything; messages still reach the queues, and none is on the way that was before. */
  async build({ main, fanouts }: Topology): Promise<void> {
    const { held, relayKey } = this.#names;
    await this.#do(async (channel) => {
      await channel.assertExchange(held, 'fanout', { durable: true });
      await channel.assertQueue(held, { durable: true });
      await channel.bindQueue(held, held, '');
    });
    await this.#setPolicy();
    await Promise.all([main, ...fanouts].map((from) => this.#buildWay(from)));
    await this.#do(async (channel) => {
      for (const { exchange } of fanouts) {
        const gate = this.#gateOf(exchange.name);
        await channel.assertExchange(gate, 'topic', { durable: true, alternateExchange: held });
      }
      for (const { exchange } of [main, ...fanouts]) {
        for (const key of ['#', relayKey]) {
          await channel.bindExchange(this.#wayOf(exchange.name), this.#gateOf(exchange.name), key);
        }
      }
      for (const { exchange } of fanouts) await channel.bindExchange(this.#gateOf(exchange.name), exchange.name, '');
      for (const { bindings } of [main, ...fanouts]) {
        await Promise.all(
          bindings.map((binding) =>
            channel.unbindQueue(binding.destination, binding.source, binding.routing_key, binding.arguments),
          ),
        );
      }
    });
    await delay(settleMs);
  }

  /** From here on messages are held. */
  async close(exchanges: readonly string[]): Promise<void> {
    await this.#do((channel) =>
      Promise.all(exchanges.map((name) => channel.unbindExchange(this.#wayOf(name), this.#gateOf(name), '#'))),
    );
  }

  /** From here on messages reach the queues again; what stands in the queue of held messages still has to follow. */
  async open(): Promise<void> {
    for (const name of await this.#gated()) {
      await this.#unlessGone((channel) => channel.bindExchange(this.#wayOf(name), this.#gateOf(name), '#'));
    }
  }

  /** Gives an open gate's queues their old bindings and takes everything of ours away, except for the queue of held messages. */
  async remove(): Promise<void> {
    const gated = await this.#gated();
    for (const name of gated) {
      for (const { destination, routing_key, arguments: args } of await this.#management.bindingsOf(
        this.#wayOf(name),
      )) {
        await this.#unlessGone((channel) => channel.bindQueue(destination, name, routing_key, args));
      }
    }
    // While the topic exchange still leads somewhere: messages for nobody must not become held ones at the end.
    await this.#management.deletePolicy(this.#names.policy);
    await this.#untilPolicy((policy) => policy !== this.#names.policy);
    await delay(settleMs);
    for (const name of gated) {
      if (name !== this.#spec.exchange) await this.#do((channel) => channel.deleteExchange(this.#gateOf(name)));
      await this.#do((channel) => channel.deleteExchange(this.#wayOf(name)));
    }
    await this.#do((channel) => channel.deleteExchange(this.#names.held));
  }

  /** Whether an earlier hold left anything. */
  async isLeft(): Promise<boolean> {
    return (await this.#management.exchanges()).some(({ name }) => name === this.#names.held);
  }

  /**
   * Takes queues that were bound directly behind the gate: a service that starts does that, and would end the hold unnoticed. What comes between its
   * binding and ours (a look at the bindings apart) is not held: of a topic, the service gets it early; of a fanout, it gets it early and again with
   * the held ones, because those are for all its servers. Gives the number of bindings taken.
   */
  async adopt(exchanges: readonly string[]): Promise<number> {
    const taken = await Promise.all(exchanges.map((name) => this.#adoptFrom(name)));
    return taken.reduce((sum, count) => sum + count, 0);
  }

  /** The queues behind the gate. */
  async queues(exchanges: readonly string[]): Promise<Set<string>> {
    const bindings = await Promise.all(exchanges.map((name) => this.#management.bindingsOf(this.#wayOf(name))));
    return new Set(bindings.flat().map(({ destination }) => destination));
  }

  async #adoptFrom(name: string): Promise<number> {
    const direct = await this.#management.bindingsOf(name);
    const isMain = name === this.#spec.exchange;
    const own = direct.filter((binding) =>
      isMain ? isServiceQueue(this.#spec, binding) : binding.destination_type === 'queue',
    );
    for (const { destination, routing_key, arguments: args } of own) {
      await this.#unlessGone(async (channel) => {
        await channel.bindQueue(destination, this.#wayOf(name), routing_key, args);
        await channel.unbindQueue(destination, name, routing_key, args);
      });
    }
    return own.length;
  }

  async #buildWay({ exchange, bindings }: ServiceExchange): Promise<void> {
    await this.#do(async (channel) => {
      await channel.assertExchange(this.#wayOf(exchange.name), exchange.type, { durable: true });
      const bind = ({ destination, routing_key, arguments: args }: Binding): Promise<unknown> =>
        channel.bindQueue(destination, this.#wayOf(exchange.name), routing_key, args);
      await Promise.all(bindings.map(bind));
    });
  }

  /** The exchanges with a way of ours. */
  async #gated(): Promise<string[]> {
    const prefix = this.#wayOf('');
    const all = await this.#management.exchanges();
    return all.filter(({ name }) => name.startsWith(prefix)).map(({ name }) => name.slice(prefix.length));
  }

  #wayOf(exchange: string): string {
    return `${this.#names.prefix}.way.${exchange}`;
  }

  #gateOf(exchange: string): string {
    return exchange === this.#spec.exchange ? exchange : `${this.#names.prefix}.gate.${exchange}`;
  }

  /** Only the policy of the highest priority applies to an exchange, so ours says also what the one that it hides says. */
  async #setPolicy(): Promise<void> {
    const { exchange } = this.#spec;
    const { policy, held } = this.#names;
    const hidden = policyFor(exchange, await this.#management.policies());
    await this.#management.setPolicy(policy, {
      pattern: `^${exchange.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`,
      'apply-to': 'exchanges',
      priority: (hidden?.priority ?? 0) + 1,
      definition: { ...exchangePart(hidden), 'alternate-exchange': held },
    });
    if (!(await this.#untilPolicy((name) => name === policy))) {
      throw new TideoverError('buffer-failed', `the policy ${policy} does not reach the exchange ${exchange}`, {
        hint: `Look at the policies that apply to ${exchange}, operator policies too.`,
      });
    }
  }

  async #untilPolicy(isFine: (policy: string | undefined) => boolean): Promise<boolean> {
    const end = Date.now() + policyLimitMs;
    while (Date.now() < end) {
      const exchange = (await this.#management.exchanges()).find(({ name }) => name === this.#spec.exchange);
      if (isFine(exchange?.policy)) return true;
      await delay(20);
    }
    return false;
  }

  async #do<T>(operation: Parameters<typeof attempt<T>>[2]): Promise<void> {
    await attempt(this.#connection, [], operation);
  }

  /** Queues and exchanges of a service that is being changed come and go. */
  async #unlessGone<T>(operation: Parameters<typeof attempt<T>>[2]): Promise<void> {
    await attempt(this.#connection, [replyCodes.notFound], operation);
  }
}

/** The policy in force on an exchange. */
export function policyFor(exchange: string, policies: readonly Policy[]): Policy | undefined {
  return policies
    .filter((policy) => ['all', 'exchanges'].includes(policy['apply-to']) && new RegExp(policy.pattern).test(exchange))
    .sort((one, other) => other.priority - one.priority)[0];
}

/** What a policy says about exchanges; the rest is for queues. */
function exchangePart(policy: Policy | undefined): Record<string, unknown> {
  const keys = ['federation-upstream', 'federation-upstream-set'];
  return Object.fromEntries(Object.entries(policy?.definition ?? {}).filter(([key]) => keys.includes(key)));
}
