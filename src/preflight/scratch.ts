import { randomBytes } from 'node:crypto';
import { quoteId, quoteString } from '../db/quote.js';
import { withScratchSchema } from '../plan/shadow.js';
import { withoutForeignKeys } from '../schema/foreign-key-text.js';
import type { Table } from '../schema/table.js';
import type { PreflightContext } from './context.js';

/**
 * Builds the planned structures, empty and without foreign keys, in a schema that is dropped afterwards, and does `work` with its name. The
 * schema is named, and locked by name, as the planner's are, so that a planner drops what is left when this process dies (make-plan.ts).
 */
export async function withPlannedTables<T>(
  { server, session, plan }: PreflightContext,
  tables: readonly Table[],
  work: (schema: string) => Promise<T>,
): Promise<T> {
  const random = randomBytes(4).toString('hex');
  const schema = `${plan.database.slice(0, 64 - '__plan_'.length - random.length)}__plan_${random}`;
  await session.queryOne(`SELECT GET_LOCK(${quoteString(schema)}, 0) got`);
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
