import { errno, ServerError } from '../db/server-error.js';
import type { Session } from '../db/session.js';
import { quoteString } from '../db/quote.js';
import { quoteTable, type TableName } from '../schema/names.js';
import { pause } from '../util/pause.js';

/** Makes a session's lock requests fail at once in place of queueing: a probe never stands in a writer's way. */
export const probeSetup = 'SET SESSION lock_wait_timeout = 0';

/**
 * True when somebody waits for, or has, an exclusive lock on the table's name. PREPARE takes a plain shared metadata lock, which passes
 * a guard and is refused only by that. (The processlist is no proof: a granted request still shows "Waiting" for a moment.)
 * The session must have had `probeSetup`.
 */
export async function isExclusivePending(session: Session, table: TableName): Promise<boolean> {
  const statement = `SELECT 1 FROM ${quoteTable(table)} LIMIT 0`;
  return await isRefused(session, `PREPARE tideover_probe FROM ${quoteString(statement)}`);
}

/**
 * True when somebody waits for, or has, a lock on the table's name that readers must not pass: LOCK TABLES … WRITE, which PREPARE passes while it waits.
 * The session must have had `probeSetup`.
 */
export async function isWritePending(session: Session, table: TableName): Promise<boolean> {
  return await isRefused(session, `SELECT 1 FROM ${quoteTable(table)} LIMIT 0`);
}

/**
 * True when somebody waits for, or has, a lock on the table's name that keeps writers out.
 * The session must have had `probeSetup`.
 */
export async function isUpdatePending(session: Session, table: TableName): Promise<boolean> {
  return await isRefused(session, `SELECT 1 FROM ${quoteTable(table)} LIMIT 0 FOR UPDATE`);
}

/**
 * True when no transaction of whatever kind uses the table at this moment. A table cannot be renamed to its own name (1050), but the server
 * says so only after it got the exclusive lock: measured at 0.6 ms, with no effect on 16 writers when asked 20 times a second.
 * The session must have had `probeSetup`.
 */
export async function isUnused(session: Session, table: TableName): Promise<boolean> {
  const name = quoteTable(table);
  try {
    return !(await isRefused(session, `RENAME TABLE ${name} TO ${name}`));
  } catch (error) {
    if (error instanceof ServerError && error.errno === errno.tableExists) return true;
    throw error;
  }
}

async function isRefused(session: Session, sql: string): Promise<boolean> {
  try {
    await session.query(sql);
    return false;
  } catch (error) {
    if (error instanceof ServerError && error.errno === errno.lockWaitTimeout) return true;
    throw error;
  }
}

/** A probe takes 0.1 ms and its answer is mostly there after one or two; who waits longer waits for somebody, so ask at a quieter pace. */
const eagerProbes = 30;
const quietMs = 1;

/** Resolves when `pending` says so; the caller's limit ends it by `wanted` returning false. */
export async function untilPending(pending: () => Promise<boolean>, wanted: () => boolean): Promise<void> {
  for (let probes = 0; wanted(); probes++) {
    if (await pending()) return;
    if (probes >= eagerProbes) await pause(quietMs);
  }
}
