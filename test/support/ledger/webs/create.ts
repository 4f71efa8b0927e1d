import type { Client } from '../client.js';
import { valuesSql } from './operations.js';
import type { World } from './world.js';

/** Rows per INSERT of the base fill. */
const fillBatch = 1_000;

/** Creates the tables with what their owners have, and the foreign keys last: so the server proves that the rows keep them. */
export async function createWeb(client: Client, worlds: readonly World[]): Promise<void> {
  const { tables, foreignKeys } = worlds[0]!.web;
  for (const table of tables) {
    await client.execute(`CREATE TABLE ${table.name} ${table.definition}`);
    const all = worlds.flatMap((world) => {
      const rows = world.rows(table.name);
      return [...rows.live].map((key) => rows.get(key)!);
    });
    for (let from = 0; from < all.length; from += fillBatch) {
      await client.execute(`INSERT INTO ${valuesSql(table, all.slice(from, from + fillBatch))}`);
    }
  }
  for (const { name, child, columns, parent, parentColumns, onDelete, onUpdate } of foreignKeys) {
    await client.execute(
      `ALTER TABLE ${child} ADD CONSTRAINT ${name} FOREIGN KEY (${columns.join(', ')})
       REFERENCES ${parent} (${parentColumns.join(', ')}) ON DELETE ${onDelete} ON UPDATE ${onUpdate}`,
    );
  }
}
