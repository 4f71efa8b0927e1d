import type { Refusal } from '../../plan/plan.js';
import { canBeMadeAgain, readTriggerDefinitions } from '../../schema/triggers.js';
import { plannedTables, type Check } from '../context.js';

/** Triggers go along at the cutover: they are made again on the new table. That needs their text as it was. */
export const triggers: Check = async ({ session, plan }) => {
  const planned = plannedTables(plan);
  const refusals: Refusal[] = [];
  for (const trigger of await readTriggerDefinitions(session, plan.database)) {
    const { table } = trigger.table;
    if (!planned.includes(table) || canBeMadeAgain(trigger)) continue;
    refusals.push({
      code: 'triggers',
      table,
      message: `the trigger ${trigger.name} of ${table} has other than ASCII characters, and was made by a client with the character set ${trigger.charset}`,
      remedy: 'Make it again with a client that speaks utf8mb4.',
    });
  }
  return refusals;
};
