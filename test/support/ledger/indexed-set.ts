/** A set of which a random member is had in constant time. */
export class IndexedSet {
  readonly #items: string[] = [];
  readonly #indexes = new Map<string, number>();

  get size(): number {
    return this.#items.length;
  }

  has(item: string): boolean {
    return this.#indexes.has(item);
  }

  at(index: number): string {
    const item = this.#items[index];
    if (item === undefined) throw new Error(`index ${index} of ${this.#items.length}`);
    return item;
  }

  add(item: string): void {
    if (this.#indexes.has(item)) return;
    this.#indexes.set(item, this.#items.length);
    this.#items.push(item);
  }

  /** The last item takes the place of the removed one. */
  delete(item: string): void {
    const index = this.#indexes.get(item);
    if (index === undefined) return;
    const last = this.#items.pop()!;
    this.#indexes.delete(item);
    if (last === item) return;
    this.#items[index] = last;
    this.#indexes.set(last, index);
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#items[Symbol.iterator]();
  }
}
