import { failureOf, selectList, type Client } from '../client.js';
import { rowText, sameRow } from '../shapes.js';
import { Surprise } from '../writer.js';
import { Refusal, refusals, type Rules } from './rules.js';
import type { Rows, World } from './world.js';

/** Statements that the server refused as the model said, by its number. */
export type Refused = Record<string, number>;

/** Rows that the server counts, null where that is not predictable; or the number with which it refuses. */
type Outcome = { readonly rows: number | null } | { readonly errno: number; readonly message: string };

/** In strict mode REPLACE and UPDATE fail with the number of InnoDB's warning before the server's own error is made. */
const depthWarning = 152;

const foreignKeyErrnos: ReadonlySet<number> = new Set([...Object.values(refusals), depthWarning]);

export interface WebTransactionOptions {
  readonly client: Client;
  readonly world: World;
  readonly rules: Rules;
  readonly refused: Refused;
  readonly observed: (observation: string) => void;
}

/** The statements of one transaction: the model goes ahead of each, and the server must answer as it says. */
export class WebTransaction {
  readonly #options: WebTransactionOptions;

  constructor(options: WebTransactionOptions) {
    this.#options = options;
  }

  /** Runs a statement. `model` does the same to the world and says how many rows it hits; a refusal is right when both refuse alike. */
  async run(sql: string, model: (rules: Rules) => number | null): Promise<void> {
    const { refused, observed } = this.#options;
    const expected = this.#modelled(model);
    const actual = await this.#executed(sql);
    if ('errno' in actual) {
      if ('rows' in expected) throw new Surprise(`refused: ${actual.message}: ${sql}`);
      if (expected.errno !== actual.errno) {
        throw new Surprise(`refused with ${actual.errno} instead of ${expected.errno}: ${actual.message}: ${sql}`);
      }
      refused[actual.errno] = (refused[actual.errno] ?? 0) + 1;
    } else if ('errno' in expected) {
      throw new Surprise(`not refused with ${expected.errno}: ${sql}`);
    } else if (expected.rows !== null && actual.rows !== expected.rows) {
      observed(`${actual.rows} rows instead of ${expected.rows} were hit by ${sql.slice(0, 300)}`);
    }
  }

  /** Reads rows of the owner's and compares them with the model: in his own session they are exact at any moment. */
  async read(rows: Rows, where: string, keys: readonly string[]): Promise<void> {
    const { client, observed } = this.#options;
    const { table } = rows;
    const found = await client.query(`SELECT ${selectList(table)} FROM ${table.name} WHERE ${where}`);
    const byKey = new Map(found.map((row) => [rows.keyOf(row), row]));
    for (const key of new Set([...keys, ...byKey.keys()])) {
      const expected = keys.includes(key) ? rows.get(key) : null;
      const actual = byKey.get(key) ?? null;
      if (expected && actual && sameRow(expected, actual)) continue;
      observed(`${table.name} ${key} read as ${rowText(actual)} instead of ${rowText(expected)}`);
    }
  }

  /** A savepoint around `work`, rolled back to at its end. */
  async withdrawn(work: () => Promise<void>): Promise<void> {
    const { client, world } = this.#options;
    const mark = world.mark();
    await client.execute('SAVEPOINT withdrawn');
    await work();
    await client.execute('ROLLBACK TO SAVEPOINT withdrawn');
    world.rollbackTo(mark);
  }

  #modelled(model: (rules: Rules) => number | null): Outcome {
    const { world, rules } = this.#options;
    const mark = world.mark();
    try {
      return { rows: model(rules) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      world.rollbackTo(mark);
      return { errno: error.errno, message: error.message };
    }
  }

  async #executed(sql: string): Promise<Outcome> {
    try {
      return { rows: (await this.#options.client.execute(sql)).affectedRows };
    } catch (error) {
      const { errno, message } = failureOf(error);
      if (!foreignKeyErrnos.has(errno)) throw error;
      return { errno: errno === depthWarning ? refusals.tooDeep : errno, message };
    }
  }
}
