import { quoteId, quoteString } from '../db/quote.js';
import { reserveScratch } from '../plan/scratch.js';
import { withScratchSchema } from '../plan/shadow.js';
import { withoutForeignKeys } from '../schema/foreign-key-text.js';
import type { Table } from '../schema/table.js';
import type { PreflightContext } from './context.js';

/**
 * Builds the planned structures, empty and without foreign keys, in a scratch schema that is dropped afterwards, and does `work` with its name. */
export async function withPlannedTables<T>(
  { server, session, plan }: PreflightContext,
  tables: readonly Table[],
  work: (schema: string) => Promise<T>,
): Promise<T> {
  const schema = await reserveScratch(session, plan.database);
  try {
    return await withScratchSchema(server, schema, async () => {
      await server.withSession('building planned tables', async (own) => {
        await own.execute(`CREATE DATABASE ${quoteId(schema)}`);
        await own.execute(`USE ${quoteId(schema)}`);
        // The planner has built them already: what it was allowed is allowed here.
        await own.execute('SET SESSION innodb_strict_mode = 0');
        for (const { createSql } of tables) await own.execute(withoutForeignKeys(createSql));
      });
      return work(schema);
    });
  } finally {
    await session.queryOne(`SELECT RELEASE_LOCK(${quoteString(schema)}) released`);
  }
}
