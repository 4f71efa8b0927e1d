/**
 * `npm run bench [-- --only A,B,C,D,E --rows N --seconds N --out FILE]`: Tideover beside pt-online-schema-change, the server's own ALTER
 * and plain INSERT … SELECT, on the same durable private server, in the same run. gh-ost too when GHOST_BIN is set.
 */
import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { BenchDatabase } from './database.js';
import { tableOf, type Figures } from './output.js';
import { backlog } from './scenario-backlog.js';
import { behindReader, cutoverStall } from './scenario-cutover.js';
import { idle } from './scenario-idle.js';
import { manyTables } from './scenario-many.js';
import { underLoad } from './scenario-load.js';

const usage = `npm run bench [-- OPTIONS]
  --only A,B,C,D,E scenarios: A idle copy, B copy under load, C backlog, D stall of the cutover, E a whole database (default: all but E)
  --rows N         rows of the benchmark's table (default 1,000,000); scenario D takes a twentieth, E ten times as many
  --seconds N      limit of each single measurement (default 180)
  --out FILE       also write the figures as JSON`;

const scenarios = ['A', 'B', 'C', 'D', 'E'];
const usual = ['A', 'B', 'C', 'D'];

interface Options {
  readonly only: readonly string[];
  readonly rows: number;
  readonly limitMs: number;
  readonly out: string | null;
}

function optionsOf(args: string[]): Options | null {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      rows: { type: 'string' },
      seconds: { type: 'string' },
      out: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const only = values.only?.toUpperCase().split(',') ?? usual;
  const rows = Number(values.rows ?? 1_000_000);
  const seconds = Number(values.seconds ?? 180);
  const isUsable = only.every((name) => scenarios.includes(name)) && rows >= 1_000 && seconds > 0;
  if (values.help === true || !isUsable) return null;
  return { only, rows, limitMs: seconds * 1000, out: values.out ?? null };
}

async function* measured(database: BenchDatabase, { only, rows, limitMs }: Options): AsyncGenerator<Figures> {
  const small = Math.max(1_000, Math.round(rows / 20));
  if (only.includes('A')) yield await idle(database, { rows, limitMs });
  if (only.includes('B')) {
    yield await underLoad(database, { rows, rate: 1_000, limitMs });
    yield await underLoad(database, { rows, rate: 0, limitMs });
  }
  if (only.includes('C')) yield await backlog(database, { rows, limitMs });
  if (only.includes('D')) {
    yield await cutoverStall(database, { rows: small, limitMs });
    yield await behindReader(database, { rows: small, limitMs });
  }
  if (only.includes('E')) yield await manyTables(database, { rows: rows * 10, limitMs });
}

async function main(): Promise<number> {
  const options = optionsOf(process.argv.slice(2));
  if (options === null) {
    console.log(usage);
    return 2;
  }
  const database = await BenchDatabase.start();
  const figures: Figures[] = [];
  try {
    const version = await database.value('SELECT VERSION()');
    const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GB, MariaDB ${version ?? '?'}`;
    console.log(`${machine}; sync_binlog=1, innodb_flush_log_at_trx_commit=1. Compare within one run only.`);
    for await (const result of measured(database, options)) {
      figures.push(result);
      console.log(tableOf(result));
    }
    if (options.out !== null) await writeFile(options.out, `${JSON.stringify({ machine, figures }, null, 2)}\n`);
  } finally {
    await database.stop();
  }
  return 0;
}

process.exitCode = await main();
