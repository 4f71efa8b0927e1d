import type { Server } from '../db/server.js';
import type { TideoverError } from '../errors.js';
import type { TableName } from '../schema/names.js';
import { criticalLoad } from './critical-load.js';
import { flowControl } from './flow-control.js';
import type { Heartbeat } from './heartbeat.js';
import { CommitTime, ReadTime } from './latency.js';
import { maxLoad } from './max-load.js';
import { checkpointAge, historyList } from './redo-undo.js';
import { ReplicaLag } from './replica-lag.js';
import { StatusThrottle } from './status-throttle.js';
import { ThrottleFile } from './throttle-file.js';
import { ThrottleQuery } from './throttle-query.js';
import type { Throttle, ThrottleLimits } from './throttle.js';

/** What throttles look at. */
export interface Watchables {
  readonly server: Server;
  readonly database: string;
  /** A table of the service's; null when the run copies none. */
  readonly source: TableName | null;
  readonly replicas: readonly Server[];
  readonly heartbeat: Heartbeat;
  readonly limits: ThrottleLimits;
  /** A load was critical for long enough to stop the run. */
  readonly onCritical: (error: TideoverError) => void;
}

/** How many sessions throttles open on the server at most, the heartbeat's included: an operator may switch them on at any time. */
export const throttleSessions = 8;

/** Every throttle there is. Those without a limit are silent, for an operator may set one at any time. */
export function allThrottles({
  server,
  database,
  source,
  replicas,
  heartbeat,
  limits,
  onCritical,
}: Watchables): Throttle[] {
  const rules = [
    maxLoad(limits),
    criticalLoad(limits, onCritical),
    flowControl(limits),
    historyList(limits),
    checkpointAge(limits),
  ];
  return [
    ...replicas.map((replica) => new ReplicaLag(replica, heartbeat, limits)),
    ...rules.map((rule) => new StatusThrottle(server, rule)),
    ...(source === null ? [] : [new ReadTime(server, source, limits)]),
    new CommitTime(heartbeat, limits),
    new ThrottleQuery(server, database, limits),
    new ThrottleFile(limits),
  ];
}
