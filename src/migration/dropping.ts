import type { Server } from '../db/server.js';
import type { Session } from '../db/session.js';
import type { RunRecord } from '../journal/journal.js';
import { dropSchema } from '../plan/shadow.js';
import { tableNames } from '../schema/introspect.js';
import { quoteTable, retiredSchemaOf, shadowSchemaOf } from '../schema/names.js';
import { pause } from '../util/pause.js';
import type { RunContext } from './running.js';

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

/** Gives a run up: what it has built goes, and the journal says so. The source is not concerned, and the old tables of earlier runs stay. */
export async function dropRun(
  { server, journal }: Pick<RunContext, 'server' | 'journal'>,
  { id, database }: Pick<RunRecord, 'id' | 'database'>,
): Promise<void> {
  await server.withSession('dropping a run', async (session) => {
    await dropSchema(session, shadowSchemaOf(database));
    await dropEmptySchema(session, retiredSchemaOf(database));
  });
  await journal.setPhase(id, 'aborted');
}

export async function dropEmptySchema(session: Session, schema: string): Promise<void> {
  if ((await tableNames(session, schema)).length === 0) await dropSchema(session, schema);
}
