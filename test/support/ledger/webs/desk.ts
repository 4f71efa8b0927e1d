import { setTimeout as delay } from 'node:timers/promises';
import { selectList, whereKeys, type Client } from '../client.js';
import type { Random } from '../random.js';
import { sameRow, type LedgerRow } from '../shapes.js';
import { Surprise, type Books, type Desk } from '../writer.js';
import { newRow, operations, referring, someReference, type WebOperationName } from './operations.js';
import { Rules } from './rules.js';
import { WebTransaction, type Refused } from './transaction.js';
import type { Owner, Web, WebForeignKey, WebTable } from './web.js';
import { World, type Touched } from './world.js';

export interface WebDeskOptions {
  readonly web: Web;
  readonly index: number;
  readonly writers: number;
  /** Rows per table and writer before the writers start. */
  readonly baseRows: number;
  /** What the writer does; everything by default. He inserts in any case where rows become scarce. */
  readonly only?: readonly WebOperationName[];
  readonly observed: (observation: string) => void;
}

/** A writer's keys are taken from so many times as many as he has rows: they are free again and again, and taken again. */
const roominess = 2;

/** How often a row of a tree hangs on the one before it in the base fill: so some branches are deeper than a cascade may go. */
const deepening = 0.8;

/** A writer's desk over a web: whole families of rows that are his alone. */
export class WebDesk implements Desk {
  readonly world: World;
  readonly refused: Refused = {};
  readonly #options: WebDeskOptions;
  readonly #rules: Rules;
  /** Transactions whose end was never answered; `settle` asks for it. */
  doubts = 0;
  /** The session of the transaction in doubt. */
  #inDoubt: number | null = null;

  constructor(options: WebDeskOptions) {
    this.#options = options;
    const { web, index, writers } = options;
    this.world = new World(web, (table): Owner => ({
      index,
      owners: writers,
      universe: Math.ceil(roominess * this.#baseRowsOf(table)),
    }));
    this.#rules = new Rules(this.world);
  }

  /** Rows that a foreign key changed or deleted. */
  get cascaded(): number {
    return this.#rules.cascaded;
  }

  /** Gives the writer his rows. They are in the world only: the harness fills the tables with them. */
  fill(random: Random): void {
    for (const table of this.world.web.tables) {
      const rows = this.world.rows(table.name);
      let previous: LedgerRow | null = null;
      for (let left = this.#baseRowsOf(table); left > 0; left--) {
        const given = previous && random.chance(deepening) ? this.#below(table, previous, random) : {};
        previous = newRow(this.world, rows, random, given);
        if (previous) this.#rules.insert(rows, previous);
      }
    }
    for (const foreignKey of this.world.web.foreignKeys) this.#closeCircle(foreignKey, random);
    this.world.commit();
  }

  async begin(client: Client): Promise<Books> {
    await this.settle(client);
    const { world } = this;
    const tx = new WebTransaction({
      client,
      world,
      rules: this.#rules,
      refused: this.refused,
      observed: this.#options.observed,
    });
    return {
      operate: (random, { single }) => this.#operate(tx, random, { single }),
      withdrawn: (work) => tx.withdrawn(work),
      commit: () => world.commit(),
      rollback: () => world.rollbackTo(0),
      doubt: () => {
        this.doubts++;
        this.#inDoubt = client.id;
      },
    };
  }

  /** Finds out whether the last transaction happened, when nobody saw its end: nobody else writes these rows, and the read waits for its locks. */
  async settle(client: Client): Promise<void> {
    if (this.#inDoubt === null) return;
    await untilGone(client, this.#inDoubt);
    const touched = this.world.touched();
    const found = new Map<Touched, LedgerRow | null>();
    for (const row of touched) found.set(row, await lockedRow(client, row));
    const wrong = (end: 'before' | 'after') => touched.find((row) => !same(row[end], found.get(row)!));
    const [notAfter, notBefore] = [wrong('after'), wrong('before')];
    if (!notAfter) this.world.commit();
    else if (!notBefore) this.world.rollbackTo(0);
    else {
      const [one, other] = [notAfter, notBefore].map(({ table, key }) => `${table.name} ${key}`);
      throw new Surprise(`a transaction happened in part: not to ${one}, but to ${other}`);
    }
    this.#inDoubt = null;
  }

  /** References to a row of the same table. */
  #below(table: WebTable, parent: LedgerRow, random: Random): LedgerRow {
    const own = this.world.foreignKeysOf(table.name).filter((foreignKey) => foreignKey.parent === table.name);
    return Object.assign(
      {},
      ...own.map((foreignKey) => referring(this.world, foreignKey, parent, random)),
    ) as LedgerRow;
  }

  /** References to tables that were filled later. */
  #closeCircle(foreignKey: WebForeignKey, random: Random): void {
    const order = this.world.web.tables.map(({ name }) => name);
    if (order.indexOf(foreignKey.parent) <= order.indexOf(foreignKey.child)) return;
    const rows = this.world.rows(foreignKey.child);
    for (const key of [...rows.live]) {
      const reference = someReference(this.world, foreignKey, random);
      if (reference) this.#rules.change(rows, key, reference);
    }
  }

  #baseRowsOf(table: WebTable): number {
    return Math.max(3, Math.round(this.#options.baseRows * table.share));
  }

  async #operate(tx: WebTransaction, random: Random, { single }: { single: boolean }): Promise<void> {
    const { world } = this;
    const rows = world.rows(random.pick(world.web.tables).name);
    const { only } = this.#options;
    const candidates = operations.filter(
      (operation) =>
        operation.suits(world, rows) && (operation.single || !single) && (only?.includes(operation.name) ?? true),
    );
    if (candidates.length === 0) return;
    const scarce = rows.live.size < this.#baseRowsOf(rows.table) / 2;
    const operation = scarce && random.chance(0.5) ? operations[0]! : random.weighted(candidates);
    await operation.run({ tx, world, rows, random });
  }
}

/** After a restart another session may have the same number. */
const goneLimitMs = 10_000;

/** The client hears at once that its session was killed; the session may yet begin the statement that it was sent. */
async function untilGone(client: Client, session: number): Promise<void> {
  const until = performance.now() + goneLimitMs;
  const look = `SELECT 1 AS there FROM information_schema.PROCESSLIST WHERE ID = ${session} AND ID <> CONNECTION_ID()`;
  while ((await client.query(look)).length > 0 && performance.now() < until) await delay(10);
}

/** The row as it is now, after whoever holds it has let go. */
async function lockedRow(client: Client, { table, before, after }: Touched): Promise<LedgerRow | null> {
  const row = (before ?? after)!;
  const key = Object.fromEntries(table.keyColumns.map((column) => [column, row[column]!]));
  const where = whereKeys(table, [key]);
  const [found] = await client.query(
    `SELECT ${selectList(table)} FROM ${table.name} WHERE ${where} LOCK IN SHARE MODE`,
  );
  return found ?? null;
}

const same = (expected: LedgerRow | null, actual: LedgerRow | null) =>
  expected === null || actual === null ? expected === actual : sameRow(expected, actual);
