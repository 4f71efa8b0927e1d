import type { Refusal } from '../../plan/plan.js';
import { quoteTable } from '../../schema/names.js';
import { readForeignKeys } from '../../schema/introspect.js';
import { plannedTables, type Check } from '../context.js';

/** In this version no end of a foreign key can be migrated. */
export const foreignKeys: Check = async ({ session, plan }) => {
  const refusals: Refusal[] = [];
  for (const table of plannedTables(plan)) {
    for (const key of await readForeignKeys(session, { schema: plan.database, table })) {
      refusals.push({
        code: 'foreign-keys',
        table,
        message: `${table} has a foreign key: ${key.name} from ${quoteTable(key.child)} to ${quoteTable(key.parent)}`,
        remedy:
          'Tables with foreign keys are not supported in this version; drop the key, or change the table with the server alone.',
      });
    }
  }
  return refusals;
};
