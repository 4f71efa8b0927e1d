import { killOnAbort } from '../db/kill-on-abort.js';
import type { Session } from '../db/session.js';
import { TideoverError } from '../errors.js';
import { shadowSchemaIn, type Plan } from '../plan/plan.js';
import { orphansSql, orphansText } from '../preflight/orphans-sql.js';
import { interrupted } from './interrupted.js';
import type { Running } from './running.js';

/*
 * The service knows nothing of a foreign key that the change adds, and what is written into the shadow is not checked. So the source's rows are
 * looked at before the copy (preflight) and right before the cutover, and the new tables' once they are live, for what was written in between.
 */

/**
 * Throws `apply-failed` when rows of the source violate a new foreign key. Reads one snapshot: in the shadow a parent may come after its child. To be
 * done before the engine settles for the cutover: it may take its time.
 */
export async function refuseOrphans({ server, opened: { plan }, engine, reporter }: Running): Promise<void> {
  if (plan.foreignKeys.added.length === 0) return;
  const lines = await server
    .withSession('looking for orphans', (session) =>
      killOnAbort(server, session, engine.signal, () => orphanLines(session, plan)),
    )
    .catch((error: unknown) => {
      throw engine.signal.aborted ? interrupted(reporter.phase) : error;
    });
  if (lines.length === 0) return;
  throw new TideoverError('apply-failed', `rows do not fit the new structure: ${lines.join('; ')}`, {
    hint: 'The service wrote them during the run. Remove or correct them in the source and run again, or abort and leave the foreign key out.',
  });
}

async function orphanLines(session: Session, plan: Plan): Promise<string[]> {
  // Under READ COMMITTED every statement reads a snapshot of its own.
  await session.execute('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
  await session.execute('START TRANSACTION WITH CONSISTENT SNAPSHOT');
  const lines: string[] = [];
  for (const key of plan.foreignKeys.added) {
    const sql = orphansSql(plan, key, shadowSchemaIn(plan));
    const line = sql === null ? null : orphansText(key, await session.query(sql));
    if (line !== null) lines.push(line);
  }
  await session.execute('COMMIT');
  return lines;
}
