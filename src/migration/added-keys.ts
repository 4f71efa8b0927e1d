import { orphanLines } from '../cutover/complete.js';
import type { Session } from '../db/session.js';
import { TideoverError } from '../errors.js';
import { shadowSchemaIn, type Plan } from '../plan/plan.js';
import type { TableName } from '../schema/names.js';

/*
 * The service knows nothing of a foreign key that the change adds, and what is written into the shadow is not checked. So its rows are looked at
 * before the copy (preflight), right before the cutover, and once more when the tables are live, for what was written in between.
 */

/** Throws `apply-failed` when rows of the shadow violate a new foreign key. */
export async function refuseOrphans(session: Session, plan: Plan): Promise<void> {
  const schema = shadowSchemaIn(plan);
  const isInShadow = ({ table }: TableName): boolean =>
    plan.tables.some(({ shadow }) => shadow.name.table === table) ||
    plan.moves.some((move) => move.kind !== 'dropped' && move.table === table);
  const placed = (name: TableName): TableName => (isInShadow(name) ? { ...name, schema } : name);
  const keys = plan.foreignKeys.added.map((key) => ({
    ...key,
    child: placed(key.child),
    parent: placed(key.parent),
  }));
  const lines = await orphanLines(session, keys);
  if (lines.length === 0) return;
  throw new TideoverError('apply-failed', `rows do not fit the new structure: ${lines.join('; ')}`, {
    hint: 'The service wrote them during the run. Remove or correct them in the source and run again, or abort and leave the foreign key out.',
  });
}
