import { codeOf, ServerError } from '../../db/server-error.js';
import type { Session } from '../../db/session.js';
import type { Refusal } from '../../plan/plan.js';
import type { TableName } from '../../schema/names.js';
import { canBeMadeAgain, createTriggerSql, readTriggerDefinitions, type Trigger } from '../../schema/triggers.js';
import type { Check } from '../context.js';
import { withPlannedTables } from '../scratch.js';

/**
 * A source's triggers are made again on the new table while it is closed, after the RENAME. So they must be known to fit before: each is tried on
 * the planned structure, empty, in a scratch schema. Triggers of a table that goes go with it.
 */
export const triggers: Check = async (context) => {
  const { session, plan } = context;
  const own = (await readTriggerDefinitions(session, plan.database)).flatMap((trigger) => {
    const mapping = plan.tables.find(({ source }) => source.name.table === trigger.table.table);
    return mapping ? [{ trigger, shadow: mapping.shadow }] : [];
  });
  if (own.length === 0) return [];
  const tables = [...new Set(own.map(({ shadow }) => shadow))];
  return withPlannedTables(context, tables, async (schema) => {
    const refusals: Refusal[] = [];
    for (const { trigger, shadow } of own) {
      const fault = await context.server.withSession('trying a trigger', (trying) =>
        whyNot(trying, trigger, { schema, table: shadow.name.table }),
      );
      if (fault !== null) refusals.push(refused(trigger, fault));
    }
    return refusals;
  });
};

/** Why a trigger cannot be made on the new structure; null when it can. */
async function whyNot(session: Session, trigger: Trigger, table: TableName): Promise<string | null> {
  if (!canBeMadeAgain(trigger)) return `its text is in the character set ${trigger.charset}`;
  try {
    for (const sql of createTriggerSql(trigger, table)) await session.execute(sql);
    return null;
  } catch (error) {
    if (!(error instanceof ServerError) || error.connectionLost || codeOf(error) === 'access-denied') throw error;
    return error.message;
  }
}

function refused({ name, table: { table } }: Trigger, fault: string): Refusal {
  return {
    code: 'triggers',
    table,
    message: `the trigger ${name} of ${table} could not be made again after the change: ${fault}`,
    remedy: 'Drop the trigger, or write it so that it fits both structures, before the migration.',
  };
}
