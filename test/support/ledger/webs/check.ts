import type { AddedColumns, Comparison, Difference } from '../check.js';
import { selectList, type Client } from '../client.js';
import { sameRow, type LedgerRow } from '../shapes.js';
import type { World } from './world.js';

/** Compares the tables with what their owners have, row for row and column for column. No writer may run. */
export async function compareWeb(
  client: Client,
  worlds: readonly World[],
  added: (table: string) => AddedColumns,
): Promise<Comparison> {
  let rows = 0;
  const differences: Difference[] = [];
  for (const { name } of worlds[0]!.web.tables) {
    const check = new WebTableCheck(worlds, name, added(name));
    const { table } = worlds[0]!.rows(name);
    const columns = [selectList(table), ...Object.keys(added(name))].join(', ');
    await client.stream(`SELECT ${columns} FROM ${name}`, (row) => check.see(row));
    differences.push(...check.finish());
    rows += check.rows;
  }
  return { rows, differences };
}

class WebTableCheck {
  rows = 0;
  readonly #name: string;
  readonly #worlds: readonly World[];
  readonly #added: AddedColumns;
  readonly #missing: Map<string, LedgerRow>;
  readonly #differences: Difference[] = [];

  constructor(worlds: readonly World[], name: string, added: AddedColumns) {
    this.#name = name;
    this.#worlds = worlds;
    this.#added = added;
    this.#missing = new Map(
      worlds.flatMap((world) => {
        const rows = world.rows(name);
        return [...rows.live].map((key): [string, LedgerRow] => [key, rows.get(key)!]);
      }),
    );
  }

  see(actual: LedgerRow): void {
    this.rows++;
    const key = this.#worlds[0]!.rows(this.#name).keyOf(actual);
    const own = this.#missing.get(key);
    this.#missing.delete(key);
    const expected = own === undefined ? null : { ...own, ...this.#added };
    if (expected === null) this.#differ(key, 'extra', null, actual);
    else if (!sameRow(expected, actual)) this.#differ(key, 'different', expected, actual);
  }

  finish(): readonly Difference[] {
    for (const [key, row] of this.#missing) this.#differ(key, 'missing', row, null);
    return this.#differences;
  }

  #differ(key: string, kind: Difference['kind'], expected: LedgerRow | null, actual: LedgerRow | null): void {
    this.#differences.push({ table: this.#name, key, kind, expected, actual });
  }
}
