import type { Session } from '../db/session.js';
import type { CascadeGraph } from '../delta/cascade-graph.js';
import { byKeySql } from '../schema/chunker.js';
import { keyInSql } from '../schema/key-literal.js';
import { shadowKeySelectSql, shadowOrder, shadowTupleSelectSql } from '../schema/shadow-key.js';
import type { KeyLiteral, TableMapping } from '../schema/table.js';

/** A value that a shadow row had before its key was applied, and has not any more. */
export interface Replaced {
  readonly list: number;
  readonly value: KeyLiteral;
  readonly key: KeyLiteral;
}

/** Sees which referenced values the shadow rows of some keys lose while they are applied. Only this worker may write these rows meanwhile. */
export class ReplacedValues {
  readonly #mapping: TableMapping;
  readonly #lists: ReturnType<CascadeGraph['shadowLists']>;

  constructor(mapping: TableMapping, lists: ReturnType<CascadeGraph['shadowLists']>) {
    this.#mapping = mapping;
    this.#lists = lists;
  }

  /** Runs `apply`, and adds what was replaced by it. */
  async during<T>(
    session: Session,
    keys: readonly KeyLiteral[],
    apply: () => Promise<T>,
  ): Promise<{ readonly result: T; readonly replaced: readonly Replaced[] }> {
    if (this.#lists.length === 0) return { result: await apply(), replaced: [] };
    const before = await this.#read(session, keys);
    const result = await apply();
    const after = new Set((await this.#read(session, keys)).map(identity));
    return { result, replaced: before.filter((value) => !after.has(identity(value))) };
  }

  async #read(session: Session, keys: readonly KeyLiteral[]): Promise<Replaced[]> {
    const { key } = this.#mapping;
    const values = this.#lists.map(({ columns }, index) => `${shadowTupleSelectSql(columns)} AS r${index}`).join(', ');
    const rows = await session.query(
      `SELECT ${shadowKeySelectSql(key)} AS k, ${values} FROM ${byKeySql(shadowOrder(this.#mapping), 'd')} WHERE ${keyInSql(key.shadowColumns, keys)}`,
    );
    return rows.flatMap((row) =>
      this.#lists.flatMap(({ list }, index) => {
        const value = row[`r${index}`];
        return value ? [{ list, value, key: row.k! }] : [];
      }),
    );
  }
}

function identity({ list, value, key }: Replaced): string {
  return `${list}\0${value}\0${key}`;
}
