import { IndexedSet } from '../indexed-set.js';
import type { LedgerRow } from '../shapes.js';
import { compareKeys, identityOf, type Owner, type Web, type WebForeignKey, type WebTable } from './web.js';

/** The rows of one table that one owner has, found by key, by unique value and by what they refer to. */
export class Rows {
  readonly table: WebTable;
  readonly owner: Owner;
  readonly live = new IndexedSet();
  readonly #rows = new Map<string, LedgerRow>();
  readonly #foreignKeys: readonly WebForeignKey[];
  /** By the foreign key's name and the parent's identity: the keys of the children. */
  readonly #children = new Map<string, Map<string, Set<string>>>();
  /** By the unique key's columns and its identity: the row's key. */
  readonly #holders = new Map<string, Map<string, string>>();

  constructor(table: WebTable, foreignKeys: readonly WebForeignKey[], owner: Owner) {
    this.table = table;
    this.owner = owner;
    this.#foreignKeys = foreignKeys;
    for (const { name } of foreignKeys) this.#children.set(name, new Map());
    for (const columns of table.uniques) this.#holders.set(columns.join(), new Map());
  }

  get(key: string): LedgerRow | null {
    return this.#rows.get(key) ?? null;
  }

  keyOf(row: LedgerRow): string {
    const key = this.identity(this.table.keyColumns, row);
    if (key === null) throw new Error(`a row of ${this.table.name} without a key`);
    return key;
  }

  /** What makes rows of this table the same in these columns; null when one of them is NULL. */
  identity(columns: readonly string[], row: LedgerRow): string | null {
    return identityOf(this.table, columns, row);
  }

  /** The keys of the rows that refer to `identity`, in the order of the primary key. */
  childrenOf({ name }: WebForeignKey, identity: string): string[] {
    const keys = [...(this.#children.get(name)!.get(identity) ?? [])];
    return keys.length < 2 ? keys : this.sorted(keys);
  }

  sorted(keys: readonly string[]): string[] {
    return [...keys].sort((a, b) => compareKeys(this.table, this.#rows.get(a)!, this.#rows.get(b)!));
  }

  /** The key of the row that has this identity in a unique key; null when there is none. */
  holderOf(columns: readonly string[], identity: string): string | null {
    if (columns.join() === this.table.keyColumns.join()) return this.live.has(identity) ? identity : null;
    return this.#holders.get(columns.join())!.get(identity) ?? null;
  }

  /** Puts the row there, or takes it away. */
  store(key: string, row: LedgerRow | null): void {
    const old = this.#rows.get(key);
    if (old) this.#index(key, old, { present: false });
    if (row === null) {
      this.live.delete(key);
      this.#rows.delete(key);
    } else {
      this.live.add(key);
      this.#rows.set(key, row);
      this.#index(key, row, { present: true });
    }
  }

  #index(key: string, row: LedgerRow, { present }: { present: boolean }): void {
    for (const { name, columns } of this.#foreignKeys) {
      const identity = this.identity(columns, row);
      if (identity === null) continue;
      const byParent = this.#children.get(name)!;
      const keys = byParent.get(identity) ?? new Set();
      if (present) keys.add(key);
      else keys.delete(key);
      if (keys.size > 0) byParent.set(identity, keys);
      else byParent.delete(identity);
    }
    for (const columns of this.table.uniques) {
      const identity = this.identity(columns, row);
      if (identity === null) continue;
      const holders = this.#holders.get(columns.join())!;
      if (present) holders.set(identity, key);
      else if (holders.get(identity) === key) holders.delete(identity);
    }
  }
}

/** A row before and after what was done since the last commit; null: no row. */
export interface Touched {
  readonly table: WebTable;
  readonly key: string;
  readonly before: LedgerRow | null;
  readonly after: LedgerRow | null;
}

/**
 * All rows of a web that one owner has. They refer to each other only, so no cascade of his ever meets another owner's row. Changes are
 * collected until `commit` or `rollback`; `mark` and `rollbackTo` are savepoints. It knows nothing of what foreign keys do: see `Rules`.
 */
export class World {
  readonly web: Web;
  readonly #rows: ReadonlyMap<string, Rows>;
  readonly #referring: ReadonlyMap<string, readonly WebForeignKey[]>;
  readonly #foreignKeys: ReadonlyMap<string, readonly WebForeignKey[]>;
  #undo: { rows: Rows; key: string; before: LedgerRow | null }[] = [];

  constructor(web: Web, owner: (table: WebTable) => Owner) {
    this.web = web;
    // InnoDB's order.
    const sorted = [...web.foreignKeys].sort((a, b) => (a.name < b.name ? -1 : 1));
    const grouped = (end: 'child' | 'parent') =>
      new Map(web.tables.map(({ name }) => [name, sorted.filter((key) => key[end] === name)]));
    this.#foreignKeys = grouped('child');
    this.#referring = grouped('parent');
    this.#rows = new Map(
      web.tables.map((table) => [table.name, new Rows(table, this.foreignKeysOf(table.name), owner(table))]),
    );
  }

  rows(table: string): Rows {
    return this.#rows.get(table)!;
  }

  foreignKeysOf(child: string): readonly WebForeignKey[] {
    return this.#foreignKeys.get(child)!;
  }

  /** The foreign keys that refer to the table. */
  referringTo(parent: string): readonly WebForeignKey[] {
    return this.#referring.get(parent)!;
  }

  put(rows: Rows, row: LedgerRow): void {
    this.#store(rows, rows.keyOf(row), row);
  }

  remove(rows: Rows, key: string): void {
    this.#store(rows, key, null);
  }

  mark(): number {
    return this.#undo.length;
  }

  rollbackTo(mark: number): void {
    while (this.#undo.length > mark) {
      const { rows, key, before } = this.#undo.pop()!;
      rows.store(key, before);
    }
  }

  commit(): void {
    this.#undo = [];
  }

  /** Every row that changed since the last commit; one that came and went since tells nothing. */
  touched(): Touched[] {
    const first = new Map<string, Touched>();
    for (const { rows, key, before } of this.#undo) {
      const id = `${rows.table.name} ${key}`;
      if (!first.has(id)) first.set(id, { table: rows.table, key, before, after: rows.get(key) });
    }
    return [...first.values()].filter(({ before, after }) => before !== null || after !== null);
  }

  #store(rows: Rows, key: string, row: LedgerRow | null): void {
    this.#undo.push({ rows, key, before: rows.get(key) });
    rows.store(key, row);
  }
}
