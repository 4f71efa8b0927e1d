import type { Refusal } from '../../plan/plan.js';
import { boundedQuery } from '../bounded-query.js';
import type { Check } from '../context.js';
import { orphansSql, orphansText } from '../orphans-sql.js';

/** Rows that would violate a foreign key of the change, before anything is copied. */
export const orphans: Check = async (context) => {
  const { plan, resuming } = context;
  if (resuming) return [];
  const refusals: Refusal[] = [];
  for (const key of plan.foreignKeys.added) {
    const sql = orphansSql(plan, key, null);
    if (sql === null) continue;
    const rows = (await boundedQuery(context, sql, `rows that ${key.name} would refuse`)) ?? [];
    const message = orphansText(key, rows);
    if (message === null) continue;
    refusals.push({
      code: 'orphans',
      table: key.child.table,
      message,
      remedy: 'Remove or correct these rows first, or leave the foreign key out of the change.',
    });
  }
  return refusals;
};
