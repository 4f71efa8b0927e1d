import type { ConnectionSettings } from '../../../src/db/dsn.js';
import { Client, tupleOf } from './client.js';
import { Commons } from './commons.js';
import { LedgerDesk } from './desk.js';
import type { OperationName } from './operations.js';
import type { Random } from './random.js';
import type { Shape } from './shapes.js';
import { Slice } from './slice.js';
import type { Doubt } from './transaction.js';
import type { Desk } from './writer.js';

/** One table and what the ledger expects of it. */
export interface LedgerTable {
  readonly name: string;
  readonly shape: Shape;
  readonly baseRows: number;
  /** One per writer. */
  readonly slices: readonly Slice[];
  readonly commons: Commons;
  /** Numbers of the base rows that nobody writes. */
  readonly untouched: ReadonlySet<number>;
}

/** Of a base fill these many rows, spread over the table, are everybody's. */
const hotRows = 6;

/** Rows per INSERT of the base fill. */
const fillBatch = 1_000;

/** A table whose base rows belong to `writers` writers by turns; with `share` below 1 only that part of them, the rest must stay as it is. */
export function ledgerTable(options: {
  name: string;
  shape: Shape;
  baseRows: number;
  writers: number;
  share?: number;
}): LedgerTable {
  const { name, shape, baseRows, writers } = options;
  const stride = Math.max(1, Math.round(1 / (options.share ?? 1)));
  const hotStride = Math.max(1, Math.floor(baseRows / hotRows));
  const hot: number[] = [];
  const untouched = new Set<number>();
  const owned: number[][] = Array.from({ length: writers }, () => []);
  for (let ordinal = 0; ordinal < baseRows; ordinal++) {
    if (ordinal % hotStride === 0 && hot.length < hotRows) hot.push(ordinal);
    else if (ordinal % stride === 0) owned[(ordinal / stride) % writers]!.push(ordinal);
    else untouched.add(ordinal);
  }
  return {
    name,
    shape,
    baseRows,
    slices: owned.map((ordinals, owner) => new Slice({ shape, table: name, owner, ordinals })),
    commons: new Commons(shape, name, hot),
    untouched,
  };
}

/** Creates the table and fills it with the shape's base rows. */
export async function createTable(client: Client, { name, shape, baseRows }: LedgerTable): Promise<void> {
  await client.execute(`CREATE TABLE ${name} ${shape.definition}`);
  const columns = shape.columns.map((column) => column.name);
  for (let from = 0; from < baseRows; from += fillBatch) {
    const rows: string[] = [];
    for (let ordinal = from; ordinal < Math.min(from + fillBatch, baseRows); ordinal++) {
      rows.push(tupleOf(shape, columns, shape.baseRow(ordinal)));
    }
    await client.execute(`INSERT INTO ${name} (${columns.join(', ')}) VALUES ${rows.join(', ')}`);
  }
}

/** What the server acknowledged, for all tables and writers of one run. */
export class Ledger {
  readonly tables: readonly LedgerTable[];
  readonly doubts: Doubt[] = [];
  readonly observations: string[] = [];

  constructor(tables: readonly LedgerTable[]) {
    this.tables = tables;
  }

  /** One for each of the writers that the tables were made for; with `only` they do nothing else. */
  desks(only?: readonly OperationName[]): Desk[] {
    return this.tables[0]!.slices.map(
      (_, writer) =>
        new LedgerDesk({
          places: this.tables.map(({ slices, commons }) => ({ slice: slices[writer]!, commons })),
          ...(only === undefined ? {} : { only }),
          observed: (observation) => this.observations.push(observation),
          doubted: (doubt) => this.doubts.push(doubt),
        }),
    );
  }

  create(settings: ConnectionSettings): Promise<void> {
    return this.#each(settings, createTable);
  }

  /** Runs a statement on each table that the ledger does not know of. */
  tamper(settings: ConnectionSettings, statement: (table: string) => string): Promise<void> {
    return this.#each(settings, async (client, { name }) => {
      await client.execute(statement(name));
    });
  }

  async #each(
    settings: ConnectionSettings,
    work: (client: Client, table: LedgerTable) => Promise<void>,
  ): Promise<void> {
    const client = await Client.open(settings);
    try {
      for (const table of this.tables) await work(client, table);
    } finally {
      await client.close();
    }
  }
}

/** `count` tables; the shapes by turns, from a random one on. */
export function ledgerTables(options: {
  count: number;
  writers: number;
  baseRows: number;
  shapes: readonly Shape[];
  random: Random;
}): LedgerTable[] {
  const first = options.random.below(options.shapes.length);
  return Array.from({ length: options.count }, (_, index) =>
    ledgerTable({
      // The names do not sort as the tables were made: RENAME takes its locks in name order.
      name: `t${((index * 7) % options.count) + 1}`.padEnd(3, '_'),
      shape: options.shapes[(first + index) % options.shapes.length]!,
      baseRows: options.baseRows,
      writers: options.writers,
    }),
  );
}
