import type { Server } from '../db/server.js';
import { dropSchema } from '../plan/shadow.js';
import { tableNames } from '../schema/introspect.js';
import { quoteTable, retiredSchemaOf } from '../schema/names.js';
import { pause } from '../util/pause.js';

/** The server gets so many times as long to itself as a drop took. */
const restPerDrop = 5;

/** Drops a run's old tables, one after the other with a rest in between, and their schema when nothing else is in it. */
export async function dropRetired(server: Server, database: string, tables: readonly string[]): Promise<void> {
  const schema = retiredSchemaOf(database);
  await server.withSession('dropping the retired tables', async (session) => {
    // They may refer to each other; an engine's session does not mind.
    for (const table of tables) {
      const startedAt = performance.now();
      await session.execute(`DROP TABLE IF EXISTS ${quoteTable({ schema, table })}`);
      await pause(restPerDrop * (performance.now() - startedAt));
    }
    if ((await tableNames(session, schema)).length === 0) await dropSchema(session, schema);
  });
}
