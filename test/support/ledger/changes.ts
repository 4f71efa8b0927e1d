import type { AddedColumns } from './check.js';
import type { Random } from './random.js';
import type { Shape } from './shapes.js';

/** What of a shape decides how it can be changed. */
export interface Changeable extends Pick<Shape, 'definition'> {
  /** Its key is an AUTO_INCREMENT, and nothing refers to it that would have to become wider, too. */
  readonly keyMayWiden: boolean;
}

/** One way to change a table of the ledger. The columns that the writers name keep their names and values. */
export interface Change {
  readonly alter: (table: string) => string;
  readonly added: AddedColumns;
  readonly suits: (shape: Changeable) => boolean;
}

const always = () => true;

export const changes: readonly Change[] = [
  {
    alter: (table) =>
      `ALTER TABLE ${table} ADD COLUMN note VARCHAR(64) NOT NULL DEFAULT '', ADD INDEX by_amount (amount)`,
    added: { note: '' },
    suits: always,
  },
  {
    alter: (table) => `ALTER TABLE ${table} ADD COLUMN note VARCHAR(64) NULL FIRST, MODIFY n BIGINT NOT NULL DEFAULT 0`,
    added: { note: null },
    suits: always,
  },
  {
    alter: (table) =>
      `ALTER TABLE ${table} MODIFY id BIGINT NOT NULL AUTO_INCREMENT, ADD COLUMN flag TINYINT NOT NULL DEFAULT 7`,
    added: { flag: '7' },
    suits: ({ keyMayWiden }) => keyMayWiden,
  },
  {
    alter: (table) => `ALTER TABLE ${table} DROP INDEX by_v, ADD INDEX by_v_n (v, n), ADD COLUMN note TEXT NULL`,
    added: { note: null },
    suits: ({ definition }) => definition.includes('KEY by_v'),
  },
  {
    alter: (table) =>
      `ALTER TABLE ${table} ADD COLUMN twice BIGINT AS (0 * LENGTH(v)) STORED, ADD INDEX by_moment (moment), ROW_FORMAT=DYNAMIC`,
    added: { twice: '0' },
    suits: always,
  },
];

/** A change for each table. */
export function chooseChanges<Table>(
  tables: readonly Table[],
  shapeOf: (table: Table) => Changeable,
  random: Random,
): ReadonlyMap<Table, Change> {
  return new Map(tables.map((table) => [table, random.pick(changes.filter(({ suits }) => suits(shapeOf(table))))]));
}
