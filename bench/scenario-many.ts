import { sysbenchFill } from '../test/support/ledger/shapes.js';
import { now } from './clock.js';
import type { BenchDatabase } from './database.js';
import { eventOf, readRun, startEngine } from './engine.js';
import { announce, type Figures } from './output.js';

const tables = 200;
/** Every third table is a child of the one before it. */
const familyOf = (table: number): number | null => (table % 3 === 0 ? table - 1 : null);
const sampleMs = 200;
const writers = 4;

/** A whole database: many tables of very different sizes, some tied by foreign keys, all swapped at once while a few writers go on. */
export async function manyTables(
  database: BenchDatabase,
  options: { rows: number; limitMs: number },
): Promise<Figures> {
  const { rows, limitMs } = options;
  announce(`E: filling ${tables} tables with ${rows.toLocaleString('en-US')} rows in all`);
  const sizes = await fill(database, rows);
  const before = Number(
    await database.value(
      "SELECT VARIABLE_VALUE v FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'THREADS_CONNECTED'",
    ),
  );
  const alter = sizes.map(
    (_, index) => `ALTER TABLE t${index + 1} ADD COLUMN note VARCHAR(64) NOT NULL DEFAULT '', ADD INDEX c_1 (c(20))`,
  );
  announce('E: tideover');
  const service = new Service(database, sizes);
  const connections = new Connections(database);
  const result = await startEngine(database, { alter, timeoutMs: limitMs * 10, flags: ['--cutover-deadline', '10000'] })
    .ended;
  const peak = (await connections.stop()) - before - writers - 1;
  const longestMs = await service.stop();
  const run = readRun(result);
  const events = result.lines.flatMap(({ text }) => eventOf(text) ?? []);
  const stall = events.find(({ event }) => event === 'run:finished')?.cutover?.writeStallMs ?? null;
  const copyS = run.copy === null ? null : (run.copy.to - run.copy.from) / 1000;
  return {
    scenario: 'E',
    title: `${tables} tables, ${rows.toLocaleString('en-US')} rows in all, a third of the tables with a foreign key`,
    headings: [
      '',
      'finished',
      's in all',
      'copy s',
      'rows/s',
      'write stall ms',
      'longest write ms',
      'connections',
      'RSS MB',
    ],
    rows: [
      [
        'tideover',
        run.finished ? 'yes' : 'NO',
        (result.endedAt - result.startedAt) / 1000,
        copyS,
        copyS === null ? null : run.rowsCopied / copyS,
        stall,
        longestMs,
        peak,
        result.usage.maxRssMb,
      ],
    ],
    notes: [
      `the largest table has ${sizes[0]!.toLocaleString('en-US')} rows, the smallest ${sizes.at(-1)!.toLocaleString('en-US')}; ${writers} writers at all tables`,
      ...(run.failure === null ? [] : [run.failure]),
    ],
  };
}

/** Sizes fall like 1/n. Returns them, largest first. */
async function fill(database: BenchDatabase, rows: number): Promise<number[]> {
  await database.reset({ rows: 0, tables: 0 });
  const sum = Array.from({ length: tables }, (_, i) => 1 / (i + 1)).reduce((a, b) => a + b, 0);
  const sizes = Array.from({ length: tables }, (_, i) => Math.max(10, Math.round(rows / sum / (i + 1))));
  const client = await database.connect();
  await client.execute('SET SESSION sql_log_bin = 0, foreign_key_checks = 0');
  for (const [index, size] of sizes.entries()) {
    const table = index + 1;
    const parent = familyOf(table);
    const constraint =
      parent === null ? '' : `, p INT NULL, KEY (p), CONSTRAINT up_${table} FOREIGN KEY (p) REFERENCES t${parent} (id)`;
    await client.execute(
      `CREATE TABLE t${table} (id INT NOT NULL AUTO_INCREMENT, k INT NOT NULL DEFAULT 0, c CHAR(120) NOT NULL DEFAULT '', pad CHAR(60) NOT NULL DEFAULT '',
        PRIMARY KEY (id), KEY k_1 (k)${constraint}) ENGINE=InnoDB`,
    );
    await client.execute(
      `INSERT INTO t${table} (${sysbenchFill.columns}) ${sysbenchFill.select(`mysql.seq_1_to_${size}`)}`,
    );
    if (parent !== null) await client.execute(`UPDATE t${table} SET p = id`);
  }
  await client.close();
  await database.settle();
  return sizes;
}

/** Writers that update one row after the other, all over the tables. */
class Service {
  #stopped = false;
  #longestMs = 0;
  readonly #done: Promise<unknown>;

  constructor(database: BenchDatabase, sizes: readonly number[]) {
    this.#done = Promise.all(Array.from({ length: writers }, () => this.#write(database, sizes)));
  }

  async #write(database: BenchDatabase, sizes: readonly number[]): Promise<void> {
    const client = await database.connect();
    while (!this.#stopped) {
      const table = Math.floor(Math.random() * sizes.length);
      const id = 1 + Math.floor(Math.random() * sizes[table]!);
      const started = now();
      await client.execute(`UPDATE t${table + 1} SET k = k + 1 WHERE id = ${id}`);
      this.#longestMs = Math.max(this.#longestMs, now() - started);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await client.close();
  }

  async stop(): Promise<number> {
    this.#stopped = true;
    await this.#done;
    return this.#longestMs;
  }
}

/** The largest number of connections that was seen. */
class Connections {
  #stopped = false;
  #peak = 0;
  readonly #done: Promise<void>;

  constructor(database: BenchDatabase) {
    this.#done = this.#watch(database);
  }

  async #watch(database: BenchDatabase): Promise<void> {
    const client = await database.connect();
    while (!this.#stopped) {
      const [row] = await client.query("SHOW GLOBAL STATUS LIKE 'Threads_connected'");
      this.#peak = Math.max(this.#peak, Number(row!['Value']));
      await new Promise((resolve) => setTimeout(resolve, sampleMs));
    }
    await client.close();
  }

  async stop(): Promise<number> {
    this.#stopped = true;
    await this.#done;
    return this.#peak;
  }
}
