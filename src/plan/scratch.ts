import { randomBytes } from 'node:crypto';
import { quoteString } from '../db/quote.js';
import type { Session } from '../db/session.js';
import { dropSchema } from './shadow.js';

/**
 * A name for the scratch schema, `<db>__plan_<random>` cut to the server's 64 characters. The session's advisory lock of the same name says
 * that its planner lives; what planners left that were killed is dropped here.
 */
export async function reserveScratch(session: Session, database: string): Promise<string> {
  const random = randomBytes(4).toString('hex');
  const stem = `${database.slice(0, 64 - '__plan_'.length - random.length)}__plan_`;
  const rows = await session.query(
    `SELECT SCHEMA_NAME s FROM information_schema.SCHEMATA WHERE LEFT(SCHEMA_NAME, ${stem.length}) = ${quoteString(stem)}`,
  );
  for (const { s: schema } of rows) {
    if (!schema?.startsWith(stem) || !/^[0-9a-f]{8}$/.test(schema.slice(stem.length))) continue;
    const { free } = await session.queryOne(`SELECT IS_FREE_LOCK(${quoteString(schema)}) free`);
    if (free === '1') await dropSchema(session, schema);
  }
  const scratch = stem + random;
  await session.queryOne(`SELECT GET_LOCK(${quoteString(scratch)}, 0) got`);
  return scratch;
}
