import { errno, ServerError } from '../db/server-error.js';
import type { PendingKind } from '../delta/delta-set.js';
import { TideoverError } from '../errors.js';
import type { KeyLiteral, TableMapping } from '../schema/table.js';
import type { Collision } from './conflicts.js';
import { applyDeleted, applyUnknown, applyWritten, type BatchContext, type Leftover } from './batch.js';

/** How often a batch that lost against another session is sent again before the run stops. */
const lockRetries = 20;

const applyByKind = { written: applyWritten, deleted: applyDeleted, unknown: applyUnknown };

/** One batch, sent again when it lost a lock; a key whose row is refused is singled out and named. */
export async function applyBatch(
  context: BatchContext,
  kind: PendingKind,
  keys: readonly KeyLiteral[],
): Promise<Leftover> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await applyByKind[kind](context, keys);
    } catch (error) {
      if (!(error instanceof ServerError) || error.connectionLost) throw error;
      await context.session.execute('ROLLBACK');
      if (error.isLockFailure && attempt <= lockRetries) continue;
      if (error.isLockFailure) return keys.map((key) => ({ key, kind }));
      if (!error.refusesRow) throw error;
      if (keys.length === 1) {
        const key = keys[0]!;
        if (error.errno !== errno.dupEntry) throw refusedRow(context.mapping, { key, error });
        context.conflicts.collided({ key, error });
        return [{ key, kind }];
      }
      return halved(context, kind, keys);
    }
  }
}

async function halved(context: BatchContext, kind: PendingKind, keys: readonly KeyLiteral[]): Promise<Leftover> {
  const middle = keys.length >> 1;
  const first = await applyBatch(context, kind, keys.slice(0, middle));
  const second = await applyBatch(context, kind, keys.slice(middle));
  return [...first, ...second];
}

export function refusedRow(mapping: TableMapping, { key, error: cause }: Collision): TideoverError {
  return new TideoverError(
    'apply-failed',
    `the new structure of ${mapping.table} does not take the row with key ${key}: ${cause.message}`,
    {
      cause,
      facts: { table: mapping.table, key, errno: cause.errno },
      hint: 'Mend the row in the source (its next change is applied) and run again, or abort and change the ALTER.',
    },
  );
}
