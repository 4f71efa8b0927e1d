import type { KeyLiteral } from '../schema/table.js';
import type { ChangeKind, ChangeSink, Reference } from './source.js';

/** A change of a row, or what became of a list of its referenced values. */
type Held = ChangeKind | { readonly list: number; readonly reference: Reference };

/** Changes of one transaction whose end is not known yet, in the log's order. */
export class HeldChanges {
  readonly #tables: number[] = [];
  readonly #what: Held[] = [];
  /** Empty for a reference. */
  readonly #keys: KeyLiteral[] = [];

  get length(): number {
    return this.#keys.length;
  }

  add(table: number, kind: ChangeKind, key: KeyLiteral): void {
    this.#tables.push(table);
    this.#what.push(kind);
    this.#keys.push(key);
  }

  addReference(table: number, list: number, reference: Reference): void {
    this.#tables.push(table);
    this.#what.push({ list, reference });
    this.#keys.push('');
  }

  /** Forgets all but the first `length` changes. */
  truncate(length: number): void {
    this.#tables.length = length;
    this.#what.length = length;
    this.#keys.length = length;
  }

  /** Hands all changes on and forgets them. */
  deliver(sink: ChangeSink): void {
    for (let i = 0; i < this.#keys.length; i++) {
      const what = this.#what[i]!;
      if (typeof what === 'string') sink.change(this.#tables[i]!, what, this.#keys[i]!);
      else sink.referenced?.(this.#tables[i]!, what.list, what.reference);
    }
    this.truncate(0);
  }
}
