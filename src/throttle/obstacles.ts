import type { Server } from '../db/server.js';
import { messageOf } from '../errors.js';
import { Heartbeat } from './heartbeat.js';
import { allThrottles, type Watchables } from './list.js';

export interface ThrottleObstacle {
  readonly throttle: string;
  readonly obstacle: string;
}

/** Has every throttle look once, before there is a run, and says which cannot. Of a replica only its connection can be tried: nothing beats yet. */
export async function throttleObstacles(
  watchables: Omit<Watchables, 'heartbeat' | 'onCritical'>,
): Promise<readonly ThrottleObstacle[]> {
  const throttles = allThrottles({
    ...watchables,
    replicas: [],
    heartbeat: new Heartbeat(watchables.server, 0),
    onCritical: () => undefined,
  });
  const found = await Promise.all([
    ...throttles.map((throttle) => obstacleOf(throttle.name, () => throttle.look().finally(() => throttle.close()))),
    ...watchables.replicas.map((replica) => obstacleOf(replicaName(replica), () => tryReplica(replica))),
  ]);
  return found.filter((obstacle) => obstacle !== null);
}

async function obstacleOf(throttle: string, look: () => Promise<unknown>): Promise<ThrottleObstacle | null> {
  try {
    await look();
    return null;
  } catch (error) {
    return { throttle, obstacle: messageOf(error) };
  }
}

function tryReplica(replica: Server): Promise<unknown> {
  return replica.withSession('looking at a replica', (session) => session.query('SELECT 1'));
}

function replicaName({ settings }: Server): string {
  return `replica ${settings.socketPath ?? `${settings.host}:${settings.port}`}`;
}
