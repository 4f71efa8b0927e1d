import type { BufferLayer } from '../contract.js';
import { holdInChild } from '../watchdog.js';
import { beginHold } from './hold.js';
import { recoverHold } from './leftover.js';
import { findObstacles } from './preflight.js';
import { parseRabbitmqSpec } from './spec.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Holds the RPC of one service on RabbitMQ (oslo.messaging's layout) with nothing but the broker: `spec` as in `parseRabbitmqSpec`.
 * Throws `buffer-invalid` for a malformed spec. The hold is kept by a process of its own and ends when this one dies.
 */
export function rabbitmqBuffer(spec: string, environment: Environment): BufferLayer {
  const layer = rabbitmqLayer(spec, environment);
  const parsed = parseRabbitmqSpec(spec, environment);
  const own = { TIDEOVER_RABBITMQ_PASSWORD: parsed.password };
  const adapter = { module: import.meta.url, factory: 'rabbitmqLayer', spec, environment: own };
  return { ...layer, hold: (request) => holdInChild({ ...adapter, recover: () => recoverHold(parsed) }, request) };
}

/** The same within this process: the hold lasts as long as its timers. */
export function rabbitmqLayer(spec: string, environment: Environment): BufferLayer {
  const parsed = parseRabbitmqSpec(spec, environment);
  return {
    name: parsed.name,
    capabilities: {
      carries: 'rpc',
      strictOrder: true,
      // As far as the broker sees it: a service that acknowledges before it works, as oslo.messaging's does, is at work unseen.
      countsInFlight: true,
      countsHeld: true,
      perProject: true,
      onExpiry: 'open',
    },
    preflight: (holdMs) => findObstacles(parsed, holdMs),
    hold: (request) => beginHold(parsed, request),
    close: () => Promise.resolve(),
  };
}
