import { messageOf, TideoverError } from '../errors.js';
import type { Session } from '../db/session.js';
import { quoteTable } from '../schema/names.js';
import { createTriggerSql } from '../schema/triggers.js';
import { isSame, type CutoverChange } from './change.js';

/**
 * Makes the triggers on empty copies of the new tables, in the shadow schema, and drops the copies: a trigger that names a column which the change drops must not be
 * found when its table is live. Rejects with `cutover-failed`.
 */
export async function tryTriggers(session: Session, { swapped, triggers }: CutoverChange): Promise<void> {
  for (const { shadow, target } of swapped) {
    const own = triggers.filter((moved) => moved.target !== null && isSame(moved.target, target));
    if (own.length === 0) continue;
    const trial = { schema: shadow.schema, table: '$trial' };
    await session.execute(`DROP TABLE IF EXISTS ${quoteTable(trial)}`);
    await session.execute(`CREATE TABLE ${quoteTable(trial)} LIKE ${quoteTable(shadow)}`);
    try {
      for (const { trigger } of own) {
        for (const sql of createTriggerSql(trigger, trial)) await session.execute(sql);
      }
    } catch (error) {
      throw new TideoverError('cutover-failed', `a trigger cannot be made on the new table: ${messageOf(error)}`, {
        cause: error,
        hint: 'The source is serving. Change or drop the trigger, and run the same command again.',
        facts: { table: target.table },
      });
    } finally {
      await session.execute('SET NAMES utf8mb4');
      await session.execute(`DROP TABLE ${quoteTable(trial)}`);
    }
  }
}
