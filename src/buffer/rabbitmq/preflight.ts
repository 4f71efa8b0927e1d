import { TideoverError } from '../../errors.js';
import { attempt, connectBroker, replyCodeOf, replyCodes } from './broker.js';
import { Gate, namesFor, policyFor } from './gate.js';
import { Management, type Binding, type Policy, type QueueTotals } from './management.js';
import type { RabbitmqSpec } from './spec.js';
import { readTopology, type Topology } from './topology.js';
import { topicsOverlap } from './topic-pattern.js';

/** Every obstacle to a hold, with its remedy. */
export async function findObstacles(spec: RabbitmqSpec, holdMs: number): Promise<readonly string[]> {
  const obstacles: string[] = [];
  if (holdMs >= spec.callersWaitMs) {
    obstacles.push(
      `a hold of ${holdMs} ms is not shorter than ${spec.callersWaitMs} ms, after which callers give up (rpc_response_timeout): ` +
        'allow less for the hold, or raise it and say so with timeout=SECONDS',
    );
  }
  try {
    const connection = await connectBroker(spec);
    try {
      const management = new Management(spec);
      obstacles.push(...(await tagObstacles(management, spec)));
      const gate = new Gate(connection, management, spec);
      // The next hold first finishes what a killed one left behind; until then the service's bindings are not its own.
      if (!(await gate.isLeft())) {
        const topology = await readTopology(management, spec);
        const [queues, policies] = [await management.queues(), await management.policies()];
        obstacles.push(...topologyObstacles(spec, topology, queues, policies));
        const rights = await rightObstacle(connection, spec, topology);
        if (rights !== undefined) obstacles.push(rights);
      }
    } finally {
      await connection.close();
    }
  } catch (error) {
    if (!(error instanceof TideoverError)) throw error;
    obstacles.push(`${error.message}. ${error.hint ?? ''}`.trim());
  }
  return obstacles;
}

async function tagObstacles(management: Management, { user }: RabbitmqSpec): Promise<string[]> {
  const tags = await management.tags();
  if (tags.includes('policymaker') || tags.includes('administrator')) return [];
  return [`${user} may not set policies: give it the tag policymaker (rabbitmqctl set_user_tags ${user} policymaker)`];
}

/** What about the service's exchanges and queues stands in the way. */
export function topologyObstacles(
  spec: RabbitmqSpec,
  topology: Topology | undefined,
  totals: readonly QueueTotals[],
  policies: readonly Policy[],
): string[] {
  const { exchange: name, vhost } = spec;
  if (topology === undefined) {
    return [
      `there is no exchange ${name} in the virtual host ${vhost}: name the service's control_exchange with exchange=…`,
    ];
  }
  const { main, fanouts } = topology;
  if (main.exchange.type !== 'topic') {
    return [`the exchange ${name} is of type ${main.exchange.type}: RPC of oslo.messaging uses a topic exchange`];
  }
  const obstacles: string[] = [];
  if (main.bindings.length === 0) {
    obstacles.push(`no queue of the exchange ${name} fits queues=…: start the service, or correct the pattern`);
  }
  const policy = policyFor(name, policies);
  if (
    main.exchange.arguments['alternate-exchange'] !== undefined ||
    policy?.definition['alternate-exchange'] !== undefined
  ) {
    obstacles.push(`the exchange ${name} has an alternate exchange already: remove it for the time of the migration`);
  }
  obstacles.push(...overlaps(main.bindings, main.foreign));
  const bound = new Set([main, ...fanouts].flatMap(({ bindings }) => bindings).map(({ destination }) => destination));
  const exclusive = totals.filter((queue) => queue.exclusive && bound.has(queue.name));
  obstacles.push(
    ...exclusive.map(
      (queue) => `the queue ${queue.name} is exclusive to its owner and cannot be held: leave it out with queues=…`,
    ),
  );
  return obstacles;
}

/** A message that still reaches another queue does not go to the alternate exchange, and would be lost for the service's own. */
function overlaps(own: readonly Binding[], foreign: readonly Binding[]): string[] {
  const keys = [...new Set(own.map(({ routing_key }) => routing_key))];
  return foreign
    .filter(({ routing_key }) => keys.some((key) => topicsOverlap(routing_key, key)))
    .map(
      ({ destination, routing_key, source }) =>
        `${destination} gets messages of the service too (bound to ${source} with ${routing_key}): include it with queues=…, or unbind it`,
    );
}

/** Tries the rights with operations that change nothing: a lock that goes at once, and the removal of a binding that is not there. */
async function rightObstacle(
  connection: Awaited<ReturnType<typeof connectBroker>>,
  spec: RabbitmqSpec,
  topology: Topology | undefined,
): Promise<string | undefined> {
  const { lock, prefix, held } = namesFor(spec.exchange);
  try {
    await attempt(connection, [replyCodes.resourceLocked], async (channel) => {
      await channel.assertQueue(lock, { exclusive: true, durable: false });
      await channel.deleteQueue(lock);
    });
    for (const { bindings } of topology === undefined ? [] : [topology.main, ...topology.fanouts]) {
      await attempt(connection, [replyCodes.notFound], async (channel) => {
        for (const { destination, source } of bindings)
          await channel.unbindQueue(destination, source, `${prefix}.preflight`);
      });
    }
    return undefined;
  } catch (error) {
    if (replyCodeOf(error) !== replyCodes.accessRefused) throw error;
    return (
      `${spec.user} lacks rights in the virtual host ${spec.vhost}: it needs configure on ${held.replace(/held$/, '*')}, and ` +
      `write and read on these and on the service's exchanges and queues (rabbitmqctl set_permissions)`
    );
  }
}
