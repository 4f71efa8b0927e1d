import { quoteId } from '../db/quote.js';

/** A table with its schema; names as the server spells them. */
export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** `` `schema`.`table` `` */
export function quoteTable(name: TableName): string {
  return `${quoteId(name.schema)}.${quoteId(name.table)}`;
}

/** The control schema of the journal. */
export const journalSchema = 'tideover';

/** Where the new structure is built. */
export function shadowSchemaOf(database: string): string {
  return `${database}__shadow`;
}

/** Where the source tables go at the cutover. */
export function retiredSchemaOf(database: string): string {
  return `${database}__retired`;
}

/**
 * The name under which a constraint of a shadow table waits for its parent, a table that stays. Nobody has it: the constraint does nothing until the
 * cutover's RENAME passes the parent through it, because constraints follow the names of their parents (measured on 10.11).
 */
export function passingNameOf(parent: TableName): TableName {
  return { schema: parent.schema, table: `$passing$${shortened(parent.table)}` };
}

/** The name in its own schema under which a source with triggers waits between the RENAME and the retired schema. */
export function heldNameOf(source: TableName): TableName {
  return { schema: source.schema, table: `$retired$${shortened(source.table)}` };
}

/** A table in the shadow schema whose name the cutover's RENAME passes first, and which no other statement names. */
export const sentryTable = '$sentry';

/** A table's name cut so that a prefix fits before it within the server's 64 characters; unlikely to meet another one's. */
export function shortened(table: string): string {
  if (table.length <= 50) return table;
  let hash = 0;
  for (const character of table) hash = (Math.imul(hash, 31) + character.codePointAt(0)!) | 0;
  return `${table.slice(0, 40)}$${(hash >>> 0).toString(36)}`;
}
