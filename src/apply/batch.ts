import { ServerError } from '../db/server-error.js';
import type { Session } from '../db/session.js';
import type { PendingKey } from '../delta/delta-set.js';
import type { KeyLiteral, TableMapping } from '../schema/table.js';
import type { ApplySql } from './apply-sql.js';
import type { Conflicts } from './conflicts.js';

/** One batch of one table's keys, in one worker's hands. */
export interface BatchContext {
  readonly session: Session;
  readonly mapping: TableMapping;
  readonly sql: ApplySql;
  /** I3; `none` only in the mutation tests. */
  readonly lockingRead: boolean;
  readonly conflicts: Conflicts;
}

/** Keys that must be tried again: the row is locked by the service, or a later event will say that it is gone. */
export type Leftover = readonly PendingKey[];

/**
 * Rows that an event said were written. Those that the read returns are written to the shadow while their share locks are held;
 * the read never waits for the service.
 */
export async function applyWritten(context: BatchContext, keys: readonly KeyLiteral[]): Promise<Leftover> {
  const { session, sql } = context;
  if (!context.lockingRead) {
    await session.execute(sql.write(keys, 'none'));
    return [];
  }
  if (sql.replaces) {
    const { records } = await session.execute(sql.write(keys, 'skip-locked')); // I3
    if (records === keys.length) return [];
  }
  const present = await writePresent(context, keys);
  return keys.filter((key) => !present.has(key)).map((key) => ({ key, kind: 'written' }));
}

/** Rows that an event said are gone, where equal keys are equal bytes. A later insert has an event of its own. */
export async function applyDeleted(context: BatchContext, keys: readonly KeyLiteral[]): Promise<Leftover> {
  await deleteFromShadow(context, keys);
  return [];
}

/**
 * Keys of which only a read can tell: what the source has is written, what it lacks is deleted. The read fails when any of the rows is
 * locked by the service; then each half is tried, down to the one key that is left for later.
 */
export async function applyUnknown(context: BatchContext, keys: readonly KeyLiteral[]): Promise<Leftover> {
  const { session } = context;
  await session.execute('START TRANSACTION');
  const present = await presentUnlessLocked(context, keys);
  if (present === null) {
    await session.execute('ROLLBACK');
    if (keys.length === 1) return [{ key: keys[0]!, kind: 'unknown' }];
    const middle = keys.length >> 1;
    const first = await applyUnknown(context, keys.slice(0, middle));
    const second = await applyUnknown(context, keys.slice(middle));
    return [...first, ...second];
  }
  const there = new Set(present);
  const absent = keys.filter((key) => !there.has(key));
  await deleteFromShadow(context, absent);
  if (await rewrite(context, present)) return [];
  return keys.map((key) => ({ key, kind: 'unknown' }));
}

async function deleteFromShadow({ session, sql }: BatchContext, keys: readonly KeyLiteral[]): Promise<void> {
  for (const statement of sql.deleteFromShadow(keys)) await session.execute(statement);
}

/** The keys that the source has, their rows share-locked; null when somebody else holds one of them. */
async function presentUnlessLocked(
  { session, sql }: BatchContext,
  keys: readonly KeyLiteral[],
): Promise<KeyLiteral[] | null> {
  try {
    return (await session.query(sql.selectPresent(keys, 'nowait'))).map((row) => row.k!);
  } catch (error) {
    if (error instanceof ServerError && error.isLockFailure) return null;
    throw error;
  }
}

/** Writes the rows that are there and not locked, holding their locks in between; answers with their keys. */
async function writePresent(context: BatchContext, keys: readonly KeyLiteral[]): Promise<Set<KeyLiteral>> {
  const { session, sql } = context;
  await session.execute('START TRANSACTION');
  const rows = await session.query(sql.selectPresent(keys, 'skip-locked'));
  const present = rows.map((row) => row.k!);
  return new Set((await rewrite(context, present)) ? present : []);
}

/**
 * Writes rows that this transaction has locked, and commits. A scan, which the optimizer prefers for many of few rows, meets others' locks, too, and passes them by;
 * false when one of these rows was reached by another index than before and passed by: then nothing is done.
 */
async function rewrite(context: BatchContext, present: readonly KeyLiteral[]): Promise<boolean> {
  const { session, sql } = context;
  let records = 0;
  if (present.length > 0) {
    if (!sql.replaces) await deleteFromShadow(context, present);
    ({ records } = await session.execute(sql.write(present, 'skip-locked')));
  }
  const whole = records === present.length;
  await session.execute(whole ? 'COMMIT' : 'ROLLBACK');
  return whole;
}
