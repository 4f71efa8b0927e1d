import type { KeyLiteral } from '../schema/table.js';
import type { ChangeKind, ChangeSink } from './source.js';

/** Changes of one transaction whose end is not known yet, in the log's order. */
export class HeldChanges {
  readonly #tables: number[] = [];
  readonly #kinds: ChangeKind[] = [];
  readonly #keys: KeyLiteral[] = [];

  get length(): number {
    return this.#keys.length;
  }

  add(table: number, kind: ChangeKind, key: KeyLiteral): void {
    this.#tables.push(table);
    this.#kinds.push(kind);
    this.#keys.push(key);
  }

  /** Forgets all but the first `length` changes. */
  truncate(length: number): void {
    this.#tables.length = length;
    this.#kinds.length = length;
    this.#keys.length = length;
  }

  /** Hands all changes on and forgets them. */
  deliver(sink: ChangeSink): void {
    for (let i = 0; i < this.#keys.length; i++) sink.change(this.#tables[i]!, this.#kinds[i]!, this.#keys[i]!);
    this.truncate(0);
  }
}
