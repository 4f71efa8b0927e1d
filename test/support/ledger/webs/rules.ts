import type { LedgerRow } from '../shapes.js';
import type { WebForeignKey } from './web.js';
import type { Rows, World } from './world.js';

/** The server's numbers for what foreign keys forbid. */
export const refusals = {
  /** ER_ROW_IS_REFERENCED_2 */
  referenced: 1451,
  /** ER_NO_REFERENCED_ROW_2 */
  noParent: 1452,
  /** ER_GET_ERRMSG, with the engine's HA_ERR_FK_DEPTH_EXCEEDED */
  tooDeep: 1296,
} as const;

/** The statement is refused as a whole. */
export class Refusal extends Error {
  readonly errno: number;

  constructor(errno: number) {
    super(`refused with ${errno}`);
    this.errno = errno;
  }
}

/** A cascade may go this many steps away from the statement's own row. Measured on 10.11: 15 rows in a line can be deleted, 16 cannot. */
const maxDepth = 14;

/** A row whose change or deletion is under way, and those whose change led to it. */
interface Step {
  readonly table: string;
  readonly deletes: boolean;
  readonly cause: Step | null;
  readonly depth: number;
}

/**
 * What InnoDB does to the rows of a world, foreign keys included, as measured on 10.11: depth first, one foreign key after the other in the
 * order of their names. A statement that is refused half-way throws a `Refusal` and must be rolled back.
 */
export class Rules {
  readonly #world: World;
  readonly #dying = new Set<string>();
  /** Rows that were changed or deleted by a cascade. */
  cascaded = 0;

  constructor(world: World) {
    this.#world = world;
  }

  insert(rows: Rows, row: LedgerRow): void {
    if (this.conflictsOf(rows, row).length > 0) throw new Error(`a row of ${rows.table.name} is there already`);
    // A row may refer to itself.
    this.#world.put(rows, row);
    for (const foreignKey of this.#world.foreignKeysOf(rows.table.name)) this.#demandParent(rows, foreignKey, row);
  }

  /** The keys of the rows that have the same value in a unique key. */
  conflictsOf(rows: Rows, row: LedgerRow): string[] {
    const { table } = rows;
    const found = [table.keyColumns, ...table.uniques].map((columns) => {
      const identity = rows.identity(columns, row);
      return identity === null ? null : rows.holderOf(columns, identity);
    });
    return [...new Set(found.filter((key) => key !== null))];
  }

  /** REPLACE deletes what is in its way, with all that this means for children, and inserts. */
  replace(rows: Rows, row: LedgerRow): void {
    for (let [key] = this.conflictsOf(rows, row); key !== undefined; [key] = this.conflictsOf(rows, row)) {
      this.remove(rows, key);
    }
    this.insert(rows, row);
  }

  remove(rows: Rows, key: string): void {
    this.#remove(rows, key, null);
  }

  change(rows: Rows, key: string, values: LedgerRow): void {
    this.#change({ rows, key, values, by: null, cause: null });
  }

  #remove(rows: Rows, key: string, cause: Step | null): void {
    const table = rows.table.name;
    const row = rows.get(key)!;
    const step = this.#step({ table, deletes: true, cause });
    const id = `${table} ${key}`;
    this.#dying.add(id);
    try {
      for (const foreignKey of this.#world.referringTo(table)) {
        const identity = rows.identity(foreignKey.parentColumns, row);
        if (identity !== null) this.#onDelete(foreignKey, identity, step);
      }
    } finally {
      this.#dying.delete(id);
    }
    this.#world.remove(rows, key);
  }

  #onDelete(foreignKey: WebForeignKey, identity: string, step: Step): void {
    const children = this.#world.rows(foreignKey.child);
    for (const child of children.childrenOf(foreignKey, identity)) {
      if (!this.#refers(children, child, foreignKey, identity)) continue;
      if (!acts(foreignKey.onDelete)) throw new Refusal(refusals.referenced);
      // Rows in a circle: it is being deleted already.
      if (this.#dying.has(`${foreignKey.child} ${child}`)) continue;
      this.cascaded++;
      if (foreignKey.onDelete === 'CASCADE') this.#remove(children, child, step);
      else this.#change({ rows: children, key: child, values: nulls(foreignKey), by: foreignKey, cause: step });
    }
  }

  #change(options: { rows: Rows; key: string; values: LedgerRow; by: WebForeignKey | null; cause: Step | null }): void {
    const { rows, key, values, by, cause } = options;
    const table = rows.table.name;
    const old = rows.get(key)!;
    const row = { ...old, ...values };
    const differs = (columns: readonly string[]) => columns.some((column) => old[column] !== row[column]);
    const step = this.#step({ table, deletes: false, cause });
    for (const foreignKey of this.#world.referringTo(table)) {
      // Another spelling counts as another value.
      if (differs(foreignKey.parentColumns)) this.#onUpdate(rows, foreignKey, old, row, step);
    }
    if (rows.keyOf(row) !== key) this.#world.remove(rows, key);
    this.#world.put(rows, row);
    for (const foreignKey of this.#world.foreignKeysOf(table)) {
      if (foreignKey !== by && differs(foreignKey.columns)) this.#demandParent(rows, foreignKey, row);
    }
  }

  #onUpdate(rows: Rows, foreignKey: WebForeignKey, old: LedgerRow, row: LedgerRow, step: Step): void {
    const identity = rows.identity(foreignKey.parentColumns, old);
    if (identity === null) return;
    const children = this.#world.rows(foreignKey.child);
    for (const child of children.childrenOf(foreignKey, identity)) {
      if (!this.#refers(children, child, foreignKey, identity)) continue;
      // An update that comes back to a table which is being updated is refused, whatever the action.
      if (!acts(foreignKey.onUpdate) || updates(step, foreignKey.child)) throw new Refusal(refusals.referenced);
      this.cascaded++;
      const values =
        foreignKey.onUpdate === 'SET NULL'
          ? nulls(foreignKey)
          : Object.fromEntries(
              foreignKey.columns.map((column, index) => [column, row[foreignKey.parentColumns[index]!]!]),
            );
      this.#change({ rows: children, key: child, values, by: foreignKey, cause: step });
    }
  }

  #step({ table, deletes, cause }: Pick<Step, 'table' | 'deletes' | 'cause'>): Step {
    const depth = cause === null ? 0 : cause.depth + 1;
    if (depth > maxDepth) throw new Refusal(refusals.tooDeep);
    return { table, deletes, cause, depth };
  }

  /** False when the cascade has been there on another way. */
  #refers(children: Rows, key: string, { columns }: WebForeignKey, identity: string): boolean {
    const row = children.get(key);
    return row !== null && children.identity(columns, row) === identity;
  }

  #demandParent(rows: Rows, foreignKey: WebForeignKey, row: LedgerRow): void {
    const identity = rows.identity(foreignKey.columns, row);
    if (identity === null) return;
    const parents = this.#world.rows(foreignKey.parent);
    if (parents.holderOf(foreignKey.parentColumns, identity) === null) throw new Refusal(refusals.noParent);
  }
}

const acts = (action: WebForeignKey['onDelete']) => action === 'CASCADE' || action === 'SET NULL';

const nulls = ({ columns }: WebForeignKey): LedgerRow => Object.fromEntries(columns.map((column) => [column, null]));

function updates(step: Step, table: string): boolean {
  for (let at: Step | null = step; at !== null; at = at.cause) if (!at.deletes && at.table === table) return true;
  return false;
}
