import type { Refusal } from '../../plan/plan.js';
import { quoteTable, type TableName } from '../../schema/names.js';
import { readForeignKeys } from '../../schema/foreign-keys.js';
import { plannedTables, type Check } from '../context.js';

/** In this version no end of a foreign key can be migrated. */
export const foreignKeys: Check = async ({ session, plan }) => {
  const refusals: Refusal[] = [];
  const keys = await readForeignKeys(session, plan.database);
  for (const table of plannedTables(plan)) {
    const touches = ({ schema, table: name }: TableName): boolean => schema === plan.database && name === table;
    for (const key of keys.filter(({ child, parent }) => touches(child) || touches(parent))) {
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
