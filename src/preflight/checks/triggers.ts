import type { Refusal } from '../../plan/plan.js';
import { readTriggers } from '../../schema/introspect.js';
import { plannedTables, type Check } from '../context.js';

/** RENAME TABLE into another schema refuses tables with triggers (error 1435). */
export const triggers: Check = async ({ session, plan }) => {
  const refusals: Refusal[] = [];
  for (const table of plannedTables(plan)) {
    const names = await readTriggers(session, { schema: plan.database, table });
    if (names.length === 0) continue;
    refusals.push({
      code: 'triggers',
      table,
      message: `${table} has triggers: ${names.join(', ')}`,
      remedy: 'Drop the triggers for the time of the migration; they are not supported in this version.',
    });
  }
  return refusals;
};
