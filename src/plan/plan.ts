import type { JudgedStep } from './data-steps.js';
import type { Change } from './source.js';
import type { ForeignKey } from '../schema/foreign-keys.js';
import { retiredSchemaOf, shadowSchemaOf, type TableName } from '../schema/names.js';
import type { Table, TableMapping } from '../schema/table.js';

/** One `ALTER TABLE` of the operator, without a schema qualifier. */
export interface AlterStatement {
  readonly table: string;
  /** The whole statement, unqualified, as it is run in the shadow schema. */
  readonly sql: string;
}

/** Why a table cannot be migrated, with the way out. */
export interface Refusal {
  /** Stable, kebab-case, e.g. `no-usable-key`. */
  readonly code: string;
  /** The table, or null when it concerns the server or the database. */
  readonly table: string | null;
  /** One line of fact. */
  readonly message: string;
  /** What the operator can do. */
  readonly remedy: string;
}

/** A table that changes its place at the cutover without being copied. */
export interface Move {
  /**
   * `created`: made by the change, moved in with the rows that it put there. `dropped`: the change has no such table any more, it is retired.
   * `replaced`: a version table of the migration tool: the shadow's rows count, the source is retired.
   */
  readonly kind: 'created' | 'dropped' | 'replaced';
  readonly table: string;
}

/**
 * The foreign keys that cross the border between what is migrated and what stays, and those that matter while rows are copied. Names are those of the
 * project database, as they are before (`detached`, `cascades`) or after the cutover (`attached`, `repointed`, `added`).
 * Foreign keys between two migrated tables need nothing: both structures have them, and RENAME keeps them together.
 */
export interface ForeignKeyPlan {
  /** Every foreign key of the new tables, as it is after the cutover. The shadow gets them when it is loaded. */
  readonly planned: readonly ForeignKey[];
  /** Of new tables, to tables that stay. The shadow's constraint names a parent that does not exist; the RENAME passes the parent through that name (`passingNameOf`). */
  readonly attached: readonly ForeignKey[];
  /** Of tables that stay, to sources: dropped and made again right after the RENAME, under the child's guard. */
  readonly repointed: readonly ForeignKey[];
  /** Of sources, to tables that stay: dropped from the retired tables right after the RENAME. */
  readonly detached: readonly ForeignKey[];
  /** Of new tables, without an equal one before: the rows may violate them. */
  readonly added: readonly ForeignKey[];
  /** Further tables that stay and whose writers must be kept out during the cutover: what a foreign key connects to a source, a new table or a passed parent. */
  readonly neighbours: readonly TableName[];
  /** Through which InnoDB changes rows of `tables` or `followed` without an event: their children end is one of those. */
  readonly cascades: readonly ForeignKey[];
  /** Tables that stay and whose own rows change without an event: their keys are copied and followed beside the migrated tables, never swapped. */
  readonly followed: readonly TableMapping[];
  /** Parents of `cascades` that are neither copied nor followed; only their deletes and key changes are watched. */
  readonly watched: readonly Table[];
}

export const noForeignKeys: ForeignKeyPlan = {
  planned: [],
  attached: [],
  repointed: [],
  detached: [],
  added: [],
  neighbours: [],
  cascades: [],
  followed: [],
  watched: [],
};

/** A table of `moves` as it was in the copy that the plan was made with. */
export interface MovedTable {
  readonly table: string;
  /** Its new structure; null for one that is dropped. */
  readonly createSql: string | null;
  /** Rows that come with it. They may differ from one making to the next (generated ids). */
  readonly rows: number;
}

/** Where the plan comes from, and what is known beside the structures. */
export interface Origin {
  readonly change: Change;
  readonly moved: readonly MovedTable[];
  /** Number of the database's tables that the change leaves as they are. Only counted for sources that see the whole database, else 0. */
  readonly untouched: number;
  readonly dataSteps: readonly JudgedStep[];
}

/** Where the plan's shadow tables are before the cutover. */
export function shadowSchemaIn({ database, back }: Pick<Plan, 'database' | 'back'>): string {
  return back ? retiredSchemaOf(database) : shadowSchemaOf(database);
}

/** Where its sources are after it. */
export function retiredSchemaIn({ database, back }: Pick<Plan, 'database' | 'back'>): string {
  return back ? shadowSchemaOf(database) : retiredSchemaOf(database);
}

/** What will be done. A value: two plans with the same `hash` do the same. */
export interface Plan {
  readonly database: string;
  readonly origin: Origin;
  /** Of a source of the kind `statements`; empty for every other kind. */
  readonly statements: readonly AlterStatement[];
  /** Tables that are copied. */
  readonly tables: readonly TableMapping[];
  /** Tables that only change their place. */
  readonly moves: readonly Move[];
  readonly foreignKeys: ForeignKeyPlan;
  /** Tables whose whole change the server could do with ALGORITHM=INSTANT or NOCOPY, metadata only. */
  readonly instantTables: readonly string[];
  /** Things the operator should know and that stop nothing. */
  readonly warnings: readonly string[];
  /** sha256 (hex) over database, source, declarations and both structures of every table, without rows. */
  readonly hash: string;
  /** The way back after a cutover (way-back.ts): the shadow tables are the retired ones, and the sources leave to the shadow schema. */
  readonly back?: true;
}
