import { Server } from '../db/server.js';
import { Heartbeat } from '../throttle/heartbeat.js';
import type { Plan, Refusal } from '../plan/plan.js';
import { throttleRefusals } from '../preflight/throttles.js';
import { allThrottles } from '../throttle/list.js';
import { throttleObstacles } from '../throttle/obstacles.js';
import { ThrottleWatch } from '../throttle/watch.js';
import type { Engine } from './engine.js';
import type { OpenedRun } from './opening.js';
import type { Settings } from './options.js';
import type { RunContext } from './running.js';

/** Throttles that cannot see what they are to watch. Where a run is continued a replica may be down for now: that throttles, and refuses nothing. */
export async function throttlesRefused(
  { server, settings }: Pick<RunContext, 'server' | 'settings'>,
  plan: Plan,
  { resuming }: { readonly resuming: boolean },
): Promise<readonly Refusal[]> {
  if (resuming) return [];
  const found = await throttleObstacles({
    server,
    database: plan.database,
    source: plan.tables[0]?.source.name ?? null,
    replicas: replicasOf(settings),
    limits: settings,
  });
  return throttleRefusals(found);
}

function replicasOf(settings: Settings): readonly Server[] {
  return settings.replicas.map((replica) => new Server(replica));
}

/** Has every throttle look, now and then until the engine ends; resolves when all have looked once, so that nothing begins before. */
export async function startThrottling(context: RunContext, opened: OpenedRun, engine: Engine): Promise<ThrottleWatch> {
  const { server, settings, emitter } = context;
  const { signal } = engine.supervisor;
  const heartbeat = new Heartbeat(server, opened.record.id);
  const throttles = allThrottles({
    server,
    database: opened.plan.database,
    source: opened.plan.tables[0]?.source.name ?? null,
    replicas: replicasOf(settings),
    heartbeat,
    limits: settings,
    onCritical: (error) => engine.supervisor.fail(error),
  });
  const watch = new ThrottleWatch(engine.gate, throttles, (reason) => emitter.emit('throttle:changed', { reason }));
  const isListenedTo = (): boolean => settings.replicas.length > 0 || settings.maxCommitTimeMs > 0;
  engine.supervisor.background(() => heartbeat.loop(signal, isListenedTo));
  await watch.first(signal);
  engine.supervisor.background(() => watch.loop(signal));
  return watch;
}
