import { Client } from '../test/support/ledger/client.js';
import { sysbenchFill } from '../test/support/ledger/shapes.js';
import { startServer, type TestServer } from '../test/support/server.js';
import { sleep } from './clock.js';

/** The change of the benchmark, as the part after the table's name. */
export const alteration = "ADD COLUMN note VARCHAR(64) NOT NULL DEFAULT '', ADD INDEX c_1 (c)";

/** A durable server: what a database operator runs. */
const serverArgs = ['--innodb-buffer-pool-size=2G', '--innodb-log-file-size=512M'];

/** sysbench's table; `keyed` says how its key is made. */
const definitionOf = (
  autoIncrement: boolean,
) => `(id INT NOT NULL ${autoIncrement ? 'AUTO_INCREMENT' : ''}, k INT NOT NULL DEFAULT 0,
  c CHAR(120) NOT NULL DEFAULT '', pad CHAR(60) NOT NULL DEFAULT '', PRIMARY KEY (id), KEY k_1 (k)) ENGINE=InnoDB`;

const schema = 'bench';
const fillBatch = 50_000;
/** Pages that may be dirty when a measurement starts, and how long they may take to get that few. */
const settledPages = 200;
const settleLimitMs = 30_000;

/** The benchmark's server and its tables. */
export class BenchDatabase {
  readonly server: TestServer;
  readonly #client: Client;

  private constructor(server: TestServer, client: Client) {
    this.server = server;
    this.#client = client;
  }

  static async start(): Promise<BenchDatabase> {
    const server = await startServer({ args: serverArgs, durable: true });
    const client = await Client.open(server.settings('mysql'));
    return new BenchDatabase(server, client);
  }

  get schema(): string {
    return schema;
  }

  get dsn(): string {
    return `mariadb://${this.server.user}@${this.server.host}:${this.server.port}/${schema}`;
  }

  /** A further session inside the schema. */
  connect(): Promise<Client> {
    return Client.open(this.server.settings(schema));
  }

  execute(sql: string): Promise<unknown> {
    return this.#client.execute(sql);
  }

  async value(sql: string): Promise<string | null> {
    const [row] = await this.#client.query(sql);
    return row ? (Object.values(row)[0] ?? null) : null;
  }

  /** Fresh tables `sbtest1`, `sbtest2`, … of `rows` rows each, nothing left of earlier peers, the server at rest. */
  async reset(options: { rows: number; tables?: number; autoIncrement?: boolean }): Promise<void> {
    for (const leftover of [schema, `${schema}__shadow`, `${schema}__retired`, 'tideover']) {
      await this.execute(`DROP DATABASE IF EXISTS ${leftover}`);
    }
    await this.execute(`CREATE DATABASE ${schema} CHARACTER SET utf8mb4`);
    await this.execute('SET SESSION sql_log_bin = 0');
    for (let table = 1; table <= (options.tables ?? 1); table++) {
      const name = `${schema}.sbtest${table}`;
      await this.execute(`CREATE TABLE ${name} ${definitionOf(options.autoIncrement ?? true)}`);
      for (let from = 1; from <= options.rows; from += fillBatch) {
        const sequence = `seq_${from}_to_${Math.min(options.rows, from + fillBatch - 1)}`;
        await this.execute(`INSERT INTO ${name} (${sysbenchFill.columns}) ${sysbenchFill.select(`mysql.${sequence}`)}`);
      }
      await this.#client.query(`ANALYZE TABLE ${name}`);
    }
    await this.execute('SET SESSION sql_log_bin = 1');
    await this.settle();
  }

  /** Waits until the pages of what was done before are written, so that the next measurement does not pay for them. */
  async settle(): Promise<void> {
    await this.execute('SET GLOBAL innodb_max_dirty_pages_pct = 0');
    const deadline = Date.now() + settleLimitMs;
    let pages = Infinity;
    while (pages > settledPages && Date.now() < deadline) {
      await sleep(100);
      const [row] = await this.#client.query("SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_pages_dirty'");
      pages = Number(row!['Value']);
    }
    await this.execute('SET GLOBAL innodb_max_dirty_pages_pct = 90');
  }

  async stop(): Promise<void> {
    await this.#client.close();
    await this.server.stop();
  }
}
