import type { Server } from '../db/server.js';
import type { Session } from '../db/session.js';
import { TideoverError } from '../errors.js';
import { readTable } from '../schema/introspect.js';
import { quoteTable, shadowSchemaOf } from '../schema/names.js';
import { dropAllBut } from './database-clone.js';
import { isSameStructure } from '../schema/structure-text.js';
import type { Plan } from './plan.js';
import { dropSchema } from './shadow.js';
import type { ToolSource } from './source.js';
import { buildByTool, type ToolBuild } from './tool-build.js';

/**
 * Has the tool build the shadow schema of a plan, and leaves in it what the plan copies, empty, and what it moves in, with rows. Throws as
 * `buildByTool` does, and `source-changed` when what was built is not what was planned.
 */
export async function createToolShadow(
  server: Server,
  plan: Plan,
  source: ToolSource,
  signal: AbortSignal,
): Promise<void> {
  const { database, origin } = plan;
  const schema = shadowSchemaOf(database);
  const { versionTables } = origin.change.declared;
  const build = await buildByTool(server, { database, schema, source, versionTables, signal });
  await server.withSession('checking the shadow', async (session) => {
    try {
      await refuseOtherThanPlanned(session, plan, build);
      await keepPlanned(session, plan);
    } catch (error) {
      await dropSchema(session, schema);
      throw error;
    }
  });
}

async function refuseOtherThanPlanned(
  session: Session,
  { tables, origin }: Plan,
  { before, after }: ToolBuild,
): Promise<void> {
  const expected = new Map<string, string | null>(origin.moved.map(({ table, createSql }) => [table, createSql]));
  for (const { table, source, shadow } of tables) {
    const now = await readTable(session, source.name);
    if (now?.createSql !== source.createSql) throw notAsPlanned(table, 'its structure changed since the plan was made');
    expected.set(shadow.name.table, shadow.createSql);
    // A table that is copied under another name is gone under its own, unless another one has taken it.
    if (shadow.name.table !== table && !expected.has(table)) expected.set(table, null);
  }
  for (const [table, createSql] of expected) {
    if (!isSameStructure(after.tables.get(table) ?? null, createSql))
      throw notAsPlanned(table, 'the migration made something else of it this time');
  }
  // What the plan does not speak of was left as it was.
  for (const table of new Set([...before.keys(), ...after.tables.keys()])) {
    if (expected.has(table) || before.get(table) === after.tables.get(table)) continue;
    throw notAsPlanned(table, 'the migration made something else of it this time');
  }
}

function notAsPlanned(table: string, what: string): TideoverError {
  return new TideoverError('source-changed', `${table}: ${what}`, { hint: 'Make the plan again.' });
}

async function keepPlanned(session: Session, { database, tables, moves }: Plan): Promise<void> {
  const schema = shadowSchemaOf(database);
  const copied = tables.map(({ shadow }) => shadow.name.table);
  const movedIn = moves.filter(({ kind }) => kind !== 'dropped').map(({ table }) => table);
  await dropAllBut(session, schema, [...copied, ...movedIn]);
  // Rows that the tool put into tables that were not empty in truth; the operator knows.
  for (const table of copied) await session.execute(`DELETE FROM ${quoteTable({ schema, table })}`);
}
