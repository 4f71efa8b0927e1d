import type { Session } from '../db/session.js';
import { foreignKeysWithin } from '../schema/foreign-key-text.js';
import { quoteTable } from '../schema/names.js';

/**
 * Gives a schema an empty table of the structure that a table of the database has; `createSql` is the server's text of it. The server copies its own
 * definition, because that text is not exact: in defaults and in members of ENUM and SET it has '?' for what utf8mb3 has not. Only the foreign keys,
 * which LIKE leaves out, come from the text; those to tables of other schemas stay out, or the copy would be a child of somebody else's table.
 */
export async function cloneTable(
  session: Session,
  input: { readonly database: string; readonly schema: string; readonly table: string; readonly createSql: string },
): Promise<void> {
  const { database, schema, table, createSql } = input;
  const clone = quoteTable({ schema, table });
  await session.execute(`CREATE TABLE ${clone} LIKE ${quoteTable({ schema: database, table })}`);
  const keys = foreignKeysWithin(createSql);
  if (keys.length > 0) await session.execute(`ALTER TABLE ${clone} ${keys.map((key) => `ADD ${key}`).join(', ')}`);
}
