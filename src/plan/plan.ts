import type { TableMapping } from '../schema/table.js';

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

/** What will be done. A value: two plans with the same `hash` do the same. */
export interface Plan {
  readonly database: string;
  readonly statements: readonly AlterStatement[];
  readonly tables: readonly TableMapping[];
  /** Tables whose whole change the server could do with ALGORITHM=INSTANT or NOCOPY, metadata only. */
  readonly instantTables: readonly string[];
  /** Things the operator should know and that stop nothing. */
  readonly warnings: readonly string[];
  /** sha256 (hex) over database, statements and both structures of every table. */
  readonly hash: string;
}
