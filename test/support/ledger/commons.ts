import type { LedgerRow, Shape } from './shapes.js';

export interface Increment {
  readonly key: string;
  readonly delta: number;
}

/** A table's hot rows: every writer increments their counters, which commutes, and nobody does anything else to them. */
export class Commons {
  readonly shape: Shape;
  readonly table: string;
  readonly keys: readonly string[];
  readonly #base = new Map<string, LedgerRow>();
  readonly #sums = new Map<string, number>();
  readonly #uncertain: (readonly Increment[])[] = [];

  constructor(shape: Shape, table: string, ordinals: Iterable<number>) {
    this.shape = shape;
    this.table = table;
    for (const ordinal of ordinals) {
      const row = shape.baseRow(ordinal);
      this.#base.set(shape.keyOf(row), row);
    }
    this.keys = [...this.#base.keys()];
  }

  owns(key: string): boolean {
    return this.#base.has(key);
  }

  commit(increments: readonly Increment[]): void {
    for (const { key, delta } of increments) this.#sums.set(key, (this.#sums.get(key) ?? 0) + delta);
  }

  /** Increments of one transaction whose end nobody saw. */
  doubt(increments: readonly Increment[]): void {
    if (increments.length > 0) this.#uncertain.push(increments);
  }

  /** Every state that the row may be in; one, unless a transaction's end is unknown. */
  expected(key: string): LedgerRow[] {
    const base = this.#base.get(key)!;
    let sums = new Set([Number(base[this.shape.counterColumn]) + (this.#sums.get(key) ?? 0)]);
    for (const increments of this.#uncertain) {
      const delta = increments.reduce((sum, increment) => sum + (increment.key === key ? increment.delta : 0), 0);
      sums = new Set([...sums].flatMap((sum) => [sum, sum + delta]));
    }
    return [...sums].map((sum) => ({ ...base, [this.shape.counterColumn]: String(sum) }));
  }
}
