import { IndexedSet } from './indexed-set.js';
import type { Random } from './random.js';
import type { LedgerRow, Shape } from './shapes.js';

/** What one key looked like before and after a transaction whose end nobody saw; null: no row. */
export interface KeyHistory {
  readonly key: string;
  readonly before: LedgerRow | null;
  readonly after: LedgerRow | null;
}

/**
 * The rows of one table that one writer alone writes, as the server must have them. Changes are collected until `commit` or `rollback`;
 * `mark` and `rollbackTo` are savepoints.
 */
export class Slice {
  readonly shape: Shape;
  readonly table: string;
  readonly #owner: number;
  /** Keys that exist. */
  readonly #live = new IndexedSet();
  /** Keys that do not exist and that no one else may insert. */
  readonly #spare = new IndexedSet();
  /** Rows that differ from the base fill. */
  readonly #rows = new Map<string, LedgerRow>();
  readonly #keyOfUnique = new Map<string, string>();
  readonly #spareUniques = new IndexedSet();
  readonly #ordinalOf = new Map<string, number>();
  /** Keys of transactions whose end is unknown: nobody writes them again. */
  readonly #frozen = new Set<string>();
  #undo: { key: string; before: LedgerRow | null }[] = [];
  #serial = 0;

  /** `ordinals` are the rows of the base fill that this slice owns. */
  constructor(options: { shape: Shape; table: string; owner: number; ordinals: Iterable<number> }) {
    this.shape = options.shape;
    this.table = options.table;
    this.#owner = options.owner;
    for (const ordinal of options.ordinals) {
      const row = this.shape.baseRow(ordinal);
      const key = this.shape.keyOf(row);
      this.#ordinalOf.set(key, ordinal);
      this.#live.add(key);
      for (const spare of this.shape.spareKeys(ordinal)) this.#spare.add(spare);
      const unique = this.#uniqueOf(row);
      if (unique !== null) this.#keyOfUnique.set(unique, key);
    }
  }

  get size(): number {
    return this.#live.size;
  }

  /** Every key that this slice answers for, with the row that must be there; unknown ends are left out. */
  *expected(): Generator<[key: string, row: LedgerRow]> {
    for (const key of this.#live) if (!this.#frozen.has(key)) yield [key, this.get(key)!];
  }

  /** Keys of transactions whose end is unknown. */
  get frozen(): ReadonlySet<string> {
    return this.#frozen;
  }

  get(key: string): LedgerRow | null {
    if (!this.#live.has(key)) return null;
    const changed = this.#rows.get(key);
    if (changed) return changed;
    const ordinal = this.#ordinalOf.get(key);
    return ordinal === undefined ? null : this.shape.baseRow(ordinal);
  }

  holderOf(unique: string): string | null {
    return this.#keyOfUnique.get(unique) ?? null;
  }

  put(row: LedgerRow): void {
    const key = this.shape.keyOf(row);
    this.#undo.push({ key, before: this.get(key) });
    this.#store(key, row);
  }

  remove(key: string): void {
    this.#undo.push({ key, before: this.get(key) });
    this.#store(key, null);
  }

  /** The server has given the key of an unknown end to a new row: so the row that had it before does not exist. */
  thaw(key: string): void {
    if (this.#frozen.delete(key)) this.#store(key, null);
  }

  /** Up to `count` different existing keys that are not frozen; fewer when there are not enough. */
  pickLive(random: Random, count: number): string[] {
    return this.#pick(this.#live, random, count);
  }

  /** A key without a row: a spare one or one that was never used. Null when there is none. */
  pickAbsent(random: Random): string | null {
    const fresh = random.chance(0.5) ? this.shape.freshKey(random, this.#owner, ++this.#serial) : null;
    return fresh ?? this.#pick(this.#spare, random, 1)[0] ?? this.shape.freshKey(random, this.#owner, ++this.#serial);
  }

  /** A value for the unique column that no row has: new, given up before, or NULL. */
  pickUnique(random: Random): string | null {
    if (random.chance(0.05)) return null;
    if (this.#spareUniques.size > 0 && random.chance(0.4))
      return this.#spareUniques.at(random.below(this.#spareUniques.size));
    return `u${this.#owner}-${++this.#serial}`;
  }

  mark(): number {
    return this.#undo.length;
  }

  rollbackTo(mark: number): void {
    while (this.#undo.length > mark) {
      const { key, before } = this.#undo.pop()!;
      this.#store(key, before);
    }
  }

  rollback(): void {
    this.rollbackTo(0);
  }

  commit(): void {
    this.#undo = [];
  }

  /** Gives up the keys that the open transaction touched, because its end is unknown. Returns both possible worlds. */
  freeze(): KeyHistory[] {
    const histories = new Map<string, KeyHistory>();
    for (const { key, before } of this.#undo) {
      if (!histories.has(key)) histories.set(key, { key, before, after: this.get(key) });
    }
    for (const { key, before, after } of histories.values()) {
      this.#frozen.add(key);
      this.#spare.delete(key);
      for (const row of [before, after]) {
        const unique = row && this.#uniqueOf(row);
        if (unique) this.#spareUniques.delete(unique);
      }
    }
    this.#undo = [];
    return [...histories.values()];
  }

  #store(key: string, row: LedgerRow | null): void {
    const old = this.get(key);
    const oldUnique = old && this.#uniqueOf(old);
    if (oldUnique && this.#keyOfUnique.get(oldUnique) === key) {
      this.#keyOfUnique.delete(oldUnique);
      this.#spareUniques.add(oldUnique);
    }
    if (row === null) {
      this.#live.delete(key);
      this.#rows.delete(key);
      this.#spare.add(key);
      return;
    }
    this.#live.add(key);
    this.#rows.set(key, row);
    this.#spare.delete(key);
    const unique = this.#uniqueOf(row);
    if (unique !== null) {
      this.#keyOfUnique.set(unique, key);
      this.#spareUniques.delete(unique);
    }
  }

  #uniqueOf(row: LedgerRow): string | null {
    return this.shape.uniqueColumn === null ? null : (row[this.shape.uniqueColumn] ?? null);
  }

  #pick(from: IndexedSet, random: Random, count: number): string[] {
    const picked = new Set<string>();
    // Bounded: frozen keys and repeats are met rarely.
    for (let tries = 0; tries < count * 4 && picked.size < count && from.size > 0; tries++) {
      const key = from.at(random.below(from.size));
      if (!this.#frozen.has(key)) picked.add(key);
    }
    return [...picked];
  }
}
