import type { Binding, Exchange, Management } from './management.js';
import type { RabbitmqSpec } from './spec.js';

/** An exchange of the service and the queues behind it. */
export interface ServiceExchange {
  readonly exchange: Exchange;
  /** Bindings to the service's own queues. */
  readonly bindings: readonly Binding[];
  /** All other bindings. */
  readonly foreign: readonly Binding[];
}

/** What oslo.messaging has made of the service: a topic exchange with `topic` and `topic.host` queues, and one fanout exchange for each topic. */
export interface Topology {
  readonly main: ServiceExchange;
  readonly fanouts: readonly ServiceExchange[];
}

/** Undefined where the broker has no such exchange. */
export async function readTopology(management: Management, spec: RabbitmqSpec): Promise<Topology | undefined> {
  const [exchanges, bindings] = await Promise.all([management.exchanges(), management.bindings()]);
  const exchange = exchanges.find(({ name }) => name === spec.exchange);
  if (exchange === undefined) return undefined;
  const main = split(exchange, bindings, (binding) => isServiceQueue(spec, binding));
  const topics = new Set(main.bindings.map(({ routing_key }) => routing_key));
  const fanouts = exchanges
    .filter(({ name, type }) => type === 'fanout' && name.endsWith(fanoutEnding))
    .filter(({ name }) => topics.has(name.slice(0, -fanoutEnding.length)))
    .map((fanout) => split(fanout, bindings, ({ destination_type }) => destination_type === 'queue'));
  return { main, fanouts };
}

/** The pattern names queues of the topic exchange; those of the topics' fanout exchanges follow them. */
export function isServiceQueue(spec: RabbitmqSpec, binding: Binding): boolean {
  return binding.destination_type === 'queue' && spec.queues.test(binding.destination);
}

/** oslo.messaging: a cast to all servers of a topic goes to the exchange `<topic>_fanout`. */
const fanoutEnding = '_fanout';

function split(exchange: Exchange, all: readonly Binding[], isOwn: (binding: Binding) => boolean): ServiceExchange {
  const from = all.filter(({ source }) => source === exchange.name);
  return { exchange, bindings: from.filter(isOwn), foreign: from.filter((binding) => !isOwn(binding)) };
}
