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
