import type { CutoverChange } from '../cutover/change.js';
import { attemptConnections } from '../cutover/sessions.js';
import { journalSessions } from '../journal/connection.js';
import { throttleSessions } from '../throttle/list.js';
import { comparingSessions } from '../verify/verifier.js';
import type { Plan } from '../plan/plan.js';
import { isInstant } from './instant.js';
import type { Settings } from './options.js';

/** The run lock, the binlog, the forecast, and what comes up beside: the counters that are carried over, the end of somebody's statement. */
const besideSessions = 5;

/** How many connections a run opens at most at a time (I8): while it copies or, with the guards of every table that it closes, in the cutover. */
export function connectionsNeeded(settings: Settings, plan: Plan, change: CutoverChange): number {
  const { copyWorkers, applyWorkers } = settings;
  const always = besideSessions + throttleSessions + journalSessions + applyWorkers + comparingSessions;
  if (isInstant(settings, plan)) return besideSessions + journalSessions;
  const isSwap = change.swapped.length + change.created.length + change.dropped.length > 0;
  return always + (isSwap ? Math.max(copyWorkers, attemptConnections(change)) : copyWorkers);
}
