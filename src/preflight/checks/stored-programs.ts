import { quoteId } from '../../db/quote.js';
import { fatesOf, losesNames, tableChanges, type StoredSql, type TableChange } from '../dependents.js';
import { ownGrants, type Grants } from '../grants.js';
import { readStoredPrograms } from '../stored-programs.js';
import type { Check } from '../context.js';

/**
 * Routines, events and the triggers of other tables find tables and columns by name when they run; the server does not check them before, and
 * nobody can tell for sure which table a column's name in them belongs to. So what might fail is told, and stops nothing.
 */
export const storedPrograms: Check = async ({ session, plan, onWarning }) => {
  const changes = tableChanges(plan).filter((change) => losesNames(change) || change.otherColumns);
  if (changes.length === 0) return [];
  const { database } = plan;
  const unseen = unseenKinds(await ownGrants(session), database);
  if (unseen.length > 0 && changes.some(losesNames)) {
    onWarning?.(
      `whether ${database} has stored programs that name what vanishes was not checked: ${unseen.join('; ')}`,
    );
  }
  for (const { what, schema, body, triggersOn } of await readStoredPrograms(session)) {
    for (const change of changes) {
      const ownTrigger = triggersOn?.schema === database && triggersOn.table === change.table;
      if (!ownTrigger && body.mentions(database, change.table, schema === database).length === 0) continue;
      const troubles = troublesOf(body, change);
      if (troubles.length > 0) onWarning?.(`${what} names ${troubles.join('; ')}`);
    }
  }
  return [];
};

function troublesOf(body: StoredSql, change: TableChange): string[] {
  if (change.becomes === null) return [`${change.table}, which is dropped`];
  if (change.becomes !== change.table) return [`${change.table}, which is renamed to ${change.becomes}`];
  const named = fatesOf(change).flatMap(({ column, fate }) => (body.hasName(column) ? [fate] : []));
  const counts = change.otherColumns && body.takesColumnsAsTheyCome();
  return counts ? [...named, `the columns of ${change.table} as they come, and they become others`] : named;
}

/** Kinds that the user sees only in part, with the grant that shows them. */
function unseenKinds(grants: Grants, database: string): string[] {
  const on = `${quoteId(database)}.*`;
  return [
    ...(grants.onTable('SELECT', { schema: 'mysql', table: 'proc' }) ? [] : ['routines (SELECT ON mysql.proc)']),
    ...(grants.onSchema('EVENT', database) ? [] : [`events (EVENT ON ${on})`]),
    ...(grants.onSchema('TRIGGER', database) ? [] : [`triggers (TRIGGER ON ${on})`]),
  ];
}
