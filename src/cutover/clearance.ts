import type { Session } from '../db/session.js';
import type { TableName } from '../schema/names.js';
import { findBlockers, lockHolders, openTransactions, serverTime } from './blockers.js';
import type { Blocker } from './contract.js';
import { pause } from '../util/pause.js';
import { isUnused } from './probe.js';

/**
 * `clear`: every table was seen unused. `busy`: some were always in use, but by ever new, short transactions.
 * `held`: by transactions that lasted through the whole look; an attempt now would only stall the service.
 */
export type Clearance =
  { readonly state: 'clear' | 'busy' } | { readonly state: 'held'; readonly blockers: readonly Blocker[] };

/**
 * INNODB_TRX knows whole seconds: what began in the second of the look's begin, or before, is at least this minus 1 s old at its end. That is
 * longer than an attempt waits by default, and than the short transactions of a service.
 */
const lookMs = 1_300;
const probePauseMs = 10;

/**
 * Looks who uses the tables, at no cost for the service: nothing of it queues. `session` must have had `probeSetup`.
 * `held` is a well-founded guess without the plugin METADATA_LOCK_INFO: an old transaction on the server, and tables that are never free.
 */
export async function look(session: Session, tables: readonly TableName[], signal: AbortSignal): Promise<Clearance> {
  const until = performance.now() + lookMs;
  const begin = await serverTime(session);
  let inUse = tables;
  do {
    inUse = await stillInUse(session, inUse);
    if (inUse.length === 0) return { state: 'clear' };
    await pause(probePauseMs, signal);
  } while (performance.now() < until && !signal.aborted);
  const holders = await lockHolders(session, inUse);
  const lasting = [...(await openTransactions(session, begin)).keys()].filter((id) => holders?.has(id) !== false);
  if (lasting.length === 0) return { state: 'busy' };
  const blockers = await findBlockers(session, inUse, new Set());
  return { state: 'held', blockers: blockers.filter((blocker) => lasting.includes(blocker.id)) };
}

async function stillInUse(session: Session, tables: readonly TableName[]): Promise<readonly TableName[]> {
  const inUse: TableName[] = [];
  for (const table of tables) if (!(await isUnused(session, table))) inUse.push(table);
  return inUse;
}
