import type { ConnectionSettings } from '../../../src/db/dsn.js';
import { Client, selectList } from './client.js';
import type { Ledger, LedgerTable } from './ledger.js';
import { rowText, sameRow, type LedgerRow } from './shapes.js';
import type { Doubt } from './transaction.js';

/** One key whose row is not what the server acknowledged. */
export interface Difference {
  readonly table: string;
  readonly key: string;
  readonly kind: 'missing' | 'extra' | 'different';
  readonly expected: LedgerRow | null;
  readonly actual: LedgerRow | null;
}

export interface Comparison {
  readonly rows: number;
  readonly differences: readonly Difference[];
}

/** Columns that the migration added, with the value that every row must have there. */
export type AddedColumns = Readonly<Record<string, string | null>>;

/** Compares the tables with the ledger, row for row and column for column. No writer may run. */
export async function compare(
  settings: ConnectionSettings,
  ledger: Ledger,
  added: (table: LedgerTable) => AddedColumns,
): Promise<Comparison> {
  const client = await Client.open(settings);
  try {
    let rows = 0;
    const differences: Difference[] = [];
    const uncertain = new Map<string, LedgerRow>();
    for (const table of ledger.tables) {
      const check = new TableCheck(table, added(table), uncertain);
      const columns = [selectList(table.shape), ...Object.keys(added(table))].join(', ');
      await client.stream(`SELECT ${columns} FROM ${table.name}`, (row) => check.see(row));
      check.finish();
      rows += check.rows;
      differences.push(...check.differences);
    }
    return { rows, differences: [...settleDoubts(ledger, differences), ...atomicityOf(ledger.doubts, uncertain)] };
  } finally {
    await client.close();
  }
}

class TableCheck {
  readonly differences: Difference[] = [];
  rows = 0;
  readonly #table: LedgerTable;
  readonly #added: AddedColumns;
  readonly #uncertain: Map<string, LedgerRow>;
  readonly #expected: Map<string, LedgerRow>;
  /** Rows of the base fill that nobody may write, not yet seen. */
  readonly #untouched: Set<number>;
  readonly #frozen: ReadonlySet<string>;
  readonly #seenHot = new Set<string>();

  constructor(table: LedgerTable, added: AddedColumns, uncertain: Map<string, LedgerRow>) {
    this.#table = table;
    this.#added = added;
    this.#uncertain = uncertain;
    this.#expected = new Map(table.slices.flatMap((slice) => [...slice.expected()]));
    this.#frozen = new Set(table.slices.flatMap((slice) => [...slice.frozen]));
    this.#untouched = new Set(table.untouched);
  }

  see(found: LedgerRow): void {
    this.rows++;
    const { shape, commons } = this.#table;
    const key = shape.keyOf(found);
    const own: Record<string, string | null> = { ...found };
    for (const [column, value] of Object.entries(this.#added)) {
      if (found[column] !== value)
        this.#differ(key, { kind: 'different', expected: { [column]: value }, actual: found });
      Reflect.deleteProperty(own, column);
    }
    if (commons.owns(key)) {
      this.#seeHot(key, own);
      return;
    }
    // A key that the server chose for a row that a crash undid may have been given again, to another writer.
    if (this.#frozen.has(key) && !this.#expected.has(key)) {
      this.#uncertain.set(`${this.#table.name} ${key}`, own);
      return;
    }
    const expected = this.#take(key);
    if (!expected) this.#differ(key, { kind: 'extra', expected: null, actual: own });
    else if (!sameRow(expected, own)) this.#differ(key, { kind: 'different', expected, actual: own });
  }

  finish(): void {
    for (const [key, expected] of this.#expected) this.#differ(key, { kind: 'missing', expected, actual: null });
    for (const ordinal of this.#untouched) {
      const expected = this.#table.shape.baseRow(ordinal);
      this.#differ(this.#table.shape.keyOf(expected), { kind: 'missing', expected, actual: null });
    }
    for (const key of this.#table.commons.keys) {
      if (!this.#seenHot.has(key)) {
        this.#differ(key, { kind: 'missing', expected: this.#table.commons.expected(key)[0]!, actual: null });
      }
    }
  }

  #seeHot(key: string, actual: LedgerRow): void {
    this.#seenHot.add(key);
    const allowed = this.#table.commons.expected(key);
    if (!allowed.some((row) => sameRow(row, actual))) {
      this.#differ(key, { kind: 'different', expected: allowed[0]!, actual });
    }
  }

  /** The row that must be there, once: the same key again is an extra row. */
  #take(key: string): LedgerRow | undefined {
    const expected = this.#expected.get(key);
    if (expected) {
      this.#expected.delete(key);
      return expected;
    }
    if (this.#untouched.size === 0) return undefined;
    const ordinal = this.#table.shape.ordinalOf!(key);
    return this.#untouched.delete(ordinal) ? this.#table.shape.baseRow(ordinal) : undefined;
  }

  #differ(key: string, difference: Omit<Difference, 'table' | 'key'>): void {
    this.differences.push({ table: this.#table.name, key, ...difference });
  }
}

/** A row without an owner is right when it is what an unanswered INSERT would have left. */
function settleDoubts(ledger: Ledger, differences: readonly Difference[]): Difference[] {
  const keyless = ledger.doubts.flatMap((doubt) => doubt.keyless);
  return differences.filter(({ table, kind, actual }) => {
    if (kind !== 'extra' || actual === null) return true;
    const index = keyless.findIndex(
      (candidate) =>
        candidate.table === table && Object.entries(candidate.row).every(([column, value]) => actual[column] === value),
    );
    if (index >= 0) keyless.splice(index, 1);
    return index < 0;
  });
}

/** A transaction whose end is unknown happened as a whole or not at all. */
function atomicityOf(doubts: readonly Doubt[], found: ReadonlyMap<string, LedgerRow>): Difference[] {
  return doubts.flatMap(({ histories }) => {
    const world = (pick: 'before' | 'after') =>
      histories.filter(({ table, history }) => {
        const actual = found.get(`${table} ${history.key}`) ?? null;
        const expected = history[pick];
        return expected === null ? actual !== null : actual === null || !sameRow(expected, actual);
      });
    const [before, after] = [world('before'), world('after')];
    if (before.length === 0 || after.length === 0) return [];
    return before.map(({ table, history }) => ({
      table,
      key: history.key,
      kind: 'different' as const,
      expected: history.before,
      actual: found.get(`${table} ${history.key}`) ?? null,
    }));
  });
}

/** The first differences in words. */
export function differencesText(differences: readonly Difference[], limit = 5): string {
  const lines = differences
    .slice(0, limit)
    .map(
      ({ table, key, kind, expected, actual }) =>
        `  ${table} ${key}: ${kind}\n    ledger ${rowText(expected)}\n    server ${rowText(actual)}`,
    );
  const rest = differences.length - limit;
  return [...lines, ...(rest > 0 ? [`  … and ${rest} more`] : [])].join('\n');
}
