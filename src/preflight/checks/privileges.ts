import { quoteId, quoteString } from '../../db/quote.js';
import type { Plan } from '../../plan/plan.js';
import { grantPattern } from '../../plan/shadow.js';
import {
  journalSchema,
  passingNameOf,
  quoteTable,
  retiredSchemaOf,
  shadowSchemaOf,
  type TableName,
} from '../../schema/names.js';
import { ownGrants } from '../grants.js';
import { field, newNames, plannedTables, serverRefusal, type Check } from '../context.js';

/** What the engine does with it is behind each. */
const globalNeeds = [
  'REPLICATION SLAVE', // reading the binlog
  'BINLOG MONITOR', // where the binlog ends
  'RELOAD', // FLUSH TABLES … WITH READ LOCK, BACKUP LOCK
  'PROCESS', // seeing who holds a lock, and InnoDB's foreign keys
];
/** RENAME wants all that moving a table away and another one in would want. */
const renameNeeds = ['INSERT', 'ALTER', 'DROP', 'CREATE'];
/** On every table that the cutover closes. */
const closedNeeds = ['SELECT', ...renameNeeds, 'LOCK TABLES'];
/** Without TRIGGER a table's triggers are not even seen. */
const sourceNeeds = [...closedNeeds, 'TRIGGER'];
const ownNeeds = [...sourceNeeds, 'UPDATE', 'DELETE', 'INDEX'];

/** What is needed on each table of the project database. */
function tableNeeds(plan: Plan): Map<string, Set<string>> {
  const needs = new Map<string, Set<string>>();
  const add = (tables: readonly string[], privileges: readonly string[]): void => {
    for (const table of tables) needs.set(table, new Set([...(needs.get(table) ?? []), ...privileges]));
  };
  const { attached, repointed, neighbours, followed, watched } = plan.foreignKeys;
  add([...plannedTables(plan), ...newNames(plan)], sourceNeeds);
  const closed = [...attached.map(({ parent }) => parent), ...repointed.map(({ child }) => child), ...neighbours];
  const namesOf = (names: readonly TableName[]): string[] => names.map(({ table }) => table);
  add(namesOf(closed), closedNeeds);
  // Which of them the RENAME passes through another name, the cutover decides.
  add(namesOf(closed.map(passingNameOf)), renameNeeds);
  const read = [...followed.map(({ table }) => table), ...watched.map(({ name }) => name.table)];
  add(read, ['SELECT']);
  return needs;
}

/** Reads SHOW GRANTS, which includes those of the active role. */
export const privileges: Check = async ({ session, plan }) => {
  const grants = await ownGrants(session);
  const user = field(await session.queryOne('SELECT CURRENT_USER() u'), 'u');
  const at = user.lastIndexOf('@');
  const to = [user.slice(0, at), user.slice(at + 1)].map((part) => quoteString(part)).join('@');
  const refuse = (missing: readonly string[], on: string, grantOn: string) =>
    serverRefusal(
      'missing-privileges',
      `${user} lacks ${missing.join(', ')} on ${on}`,
      `GRANT ${missing.join(', ')} ON ${grantOn} TO ${to};`,
    );
  const { database } = plan;
  const refusals = [];
  const missingGlobally = globalNeeds.filter((need) => !grants.global(need));
  if (missingGlobally.length > 0) refusals.push(refuse(missingGlobally, 'the server', '*.*'));
  for (const [table, needs] of tableNeeds(plan)) {
    const missing = [...needs].filter((need) => !grants.onTable(need, { schema: database, table }));
    // LOCK TABLES cannot be granted on a single table. Of several grants whose patterns fit a schema only one counts: so this is spelt as they usually are.
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
