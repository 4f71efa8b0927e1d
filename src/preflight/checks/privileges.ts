import { quoteId } from '../../db/quote.js';
import { grantPattern } from '../../plan/shadow.js';
import { journalSchema, quoteTable, retiredSchemaOf, shadowSchemaOf } from '../../schema/names.js';
import { ownGrants } from '../grants.js';
import { field, newNames, plannedTables, serverRefusal, type Check } from '../context.js';

/** What the engine does with it is behind each. */
const globalNeeds = [
  'REPLICATION SLAVE', // reading the binlog
  'BINLOG MONITOR', // where the binlog ends
  'RELOAD', // FLUSH TABLES … WITH READ LOCK
  'PROCESS', // seeing who holds a lock, and InnoDB's foreign keys
];
/** On the source tables: reading, locking, and RENAME, which wants all that moving a table away and another one in would want. */
const sourceNeeds = ['SELECT', 'INSERT', 'ALTER', 'DROP', 'CREATE', 'LOCK TABLES'];
const ownNeeds = [...sourceNeeds, 'UPDATE', 'DELETE', 'INDEX'];

/** Reads SHOW GRANTS, which includes those of the active role. */
export const privileges: Check = async ({ session, plan }) => {
  const grants = await ownGrants(session);
  const user = field(await session.queryOne('SELECT CURRENT_USER() u'), 'u');
  const to = user.split('@').map((part) => `'${part}'`);
  const refuse = (missing: readonly string[], on: string, grantOn: string) =>
    serverRefusal(
      'missing-privileges',
      `${user} lacks ${missing.join(', ')} on ${on}`,
      `GRANT ${missing.join(', ')} ON ${grantOn} TO ${to.join('@')};`,
    );
  const { database } = plan;
  const refusals = [];
  const missingGlobally = globalNeeds.filter((need) => !grants.global(need));
  if (missingGlobally.length > 0) refusals.push(refuse(missingGlobally, 'the server', '*.*'));
  for (const table of new Set([...plannedTables(plan), ...newNames(plan)])) {
    const missing = sourceNeeds.filter((need) => !grants.onTable(need, { schema: database, table }));
    // LOCK TABLES cannot be granted on a single table.
    const on = missing.includes('LOCK TABLES') ? `${quoteId(database)}.*` : quoteTable({ schema: database, table });
    if (missing.length > 0) refusals.push(refuse(missing, on, on));
  }
  for (const schema of [shadowSchemaOf(database), retiredSchemaOf(database), journalSchema]) {
    const missing = ownNeeds.filter((need) => !grants.onSchema(need, schema));
    const on = schema === journalSchema ? quoteId(schema) : grantPattern(database);
    if (missing.length > 0) refusals.push(refuse(missing, schema, `${on}.*`));
  }
  return refusals;
};
