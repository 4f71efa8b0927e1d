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

/**
 * `leftover` must be tried again: the row is locked by the service, or a later event will say that it is gone.
 * `found` are shadow rows that a literal hit though their bytes are another key's: they must be decided too.
 */
export interface BatchResult {
  readonly leftover: readonly PendingKey[];
  readonly found: readonly KeyLiteral[];
}

const nothing: BatchResult = { leftover: [], found: [] };

/**
 * Rows that an event said were written. Those that the read returns are written to the shadow while their share locks are held;
 * the read never waits for the service.
 */
export async function applyWritten(context: BatchContext, keys: readonly KeyLiteral[]): Promise<BatchResult> {
  const { session, sql } = context;
  if (!context.lockingRead) {
    await session.execute(sql.write(keys, 'none'));
    return nothing;
  }
  if (sql.replaces) {
    const { records } = await session.execute(sql.write(keys, 'skip-locked')); // I3
    if (records === keys.length) return nothing;
  }
  const present = await writePresent(context, keys);
  return { leftover: keys.filter((key) => !present.has(key)).map((key) => ({ key, kind: 'written' })), found: [] };
}

/** Rows that an event said are gone, where equal keys are equal bytes. A later insert has an event of its own. */
export async function applyDeleted(context: BatchContext, keys: readonly KeyLiteral[]): Promise<BatchResult> {
  await context.session.execute(context.sql.deleteFromShadow(keys));
  return nothing;
}

/** Keys of which only a read can tell: what the source returns is written, what it surely lacks is deleted. */
export async function applyUnknown(context: BatchContext, keys: readonly KeyLiteral[]): Promise<BatchResult> {
  const present = await writePresent(context, keys);
  const leftover: PendingKey[] = [];
  const absent: KeyLiteral[] = [];
  for (const key of keys) {
    if (present.has(key)) continue;
    const answer = await decideOne(context, key);
    if (answer === 'absent') absent.push(key);
    if (answer === 'locked') leftover.push({ key, kind: 'unknown' });
  }
  return { leftover, found: absent.length === 0 ? [] : await deleteAbsent(context, absent) };
}

/** Writes the rows that are there and not locked, holding their locks in between; answers with their keys. */
async function writePresent({ session, sql }: BatchContext, keys: readonly KeyLiteral[]): Promise<Set<KeyLiteral>> {
  await session.execute('START TRANSACTION');
  const rows = await session.query(sql.selectPresent(keys, 'skip-locked'));
  const present = rows.map((row) => row.k!);
  if (present.length > 0) {
    if (!sql.replaces) await session.execute(sql.deleteFromShadow(present));
    await session.execute(sql.write(present, 'waiting'));
  }
  await session.execute('COMMIT');
  return new Set(present);
}

/** Waits for one row's lock, holding nothing else on the source, so that the service can never dead-lock with us over it. */
async function decideOne({ session, sql }: BatchContext, key: KeyLiteral): Promise<'present' | 'absent' | 'locked'> {
  try {
    await session.execute('START TRANSACTION');
    const present = await session.query(sql.selectPresent([key], 'waiting'));
    if (present.length > 0) {
      if (!sql.replaces) await session.execute(sql.deleteFromShadow([key]));
      await session.execute(sql.write([key], 'waiting'));
    }
    await session.execute('COMMIT');
    return present.length > 0 ? 'present' : 'absent';
  } catch (error) {
    if (!(error instanceof ServerError) || !error.isLockFailure) throw error;
    await session.execute('ROLLBACK');
    return 'locked';
  }
}

/** Where other bytes can equal the key (collation, conversion), the rows that the delete hits by that are handed back to be decided again. */
async function deleteAbsent(
  { session, sql, mapping }: BatchContext,
  keys: readonly KeyLiteral[],
): Promise<KeyLiteral[]> {
  const asked = new Set(keys);
  const hit = mapping.key.byteExact ? [] : await session.query(sql.selectInShadow(keys));
  await session.execute(sql.deleteFromShadow(keys));
  return hit.map((row) => row.k!).filter((key) => !asked.has(key));
}
