import { now, sleep, type Window } from './clock.js';
import { alteration, type BenchDatabase } from './database.js';
import { readRun, startEngine, type EngineRun } from './engine.js';
import { announce, type Cell, type Figures } from './output.js';
import { onlinePeers, sysbenchMissing } from './peers.js';
import { latencyWithin, Probe } from './probe.js';
import { WriteLoad } from './sysbench.js';

const rate = 1_000;
const cutovers = 10;
const readerMs = 25_000;
/** What waited in front of the cutover, and behind it. */
const marginMs = 300;
const readerPeers = ['pt-online-schema-change', 'native ALTER INPLACE'];

const change = `ALTER TABLE sbtest1 ${alteration}`;
const back = 'ALTER TABLE sbtest1 DROP COLUMN note, DROP INDEX c_1';

/** Many cutovers of one table under writes: what is the longest that a request waited? */
export async function cutoverStall(
  database: BenchDatabase,
  options: { rows: number; limitMs: number },
): Promise<Figures> {
  const { rows, limitMs } = options;
  const title = `stall of ${cutovers} cutovers at ${rate} transactions/s`;
  const headings = ['cutover', 'attempts', 'longest write ms', 'longest read ms'];
  if (sysbenchMissing !== null) return { scenario: 'D1', title, headings, rows: [], notes: [sysbenchMissing] };
  await database.reset({ rows });
  const load = new WriteLoad(database, { rows, rate, limitMs: limitMs * (cutovers + 1) });
  const probe = new Probe(database, rows);
  const runs: EngineRun[] = [];
  try {
    await load.pass(3);
    for (let index = 0; index < cutovers; index++) {
      announce(`D1: cutover ${index + 1}`);
      const alter = [index % 2 === 0 ? change : back];
      const run = readRun(await startEngine(database, { alter, timeoutMs: limitMs }).ended);
      runs.push(run);
      if (!run.finished) break;
    }
    await load.pass(1);
  } finally {
    await load.stop();
  }
  const record = await probe.stop();
  const measured = runs.map(({ cuttingOver, attempts }) => {
    if (!cuttingOver) return { attempts, write: null, read: null };
    const window: Window = { from: cuttingOver.from - marginMs, to: cuttingOver.to + marginMs };
    return { attempts, write: latencyWithin(record.writes, window).max, read: latencyWithin(record.reads, window).max };
  });
  const worst = (values: readonly (number | null)[]) => Math.max(...values.map((value) => value ?? 0));
  return {
    scenario: 'D1',
    title,
    headings,
    rows: [
      ...measured.map(({ attempts, write, read }, index): Cell[] => [`${index + 1}`, attempts, write, read]),
      [
        'worst',
        worst(measured.map(({ attempts }) => attempts)),
        worst(measured.map(({ write }) => write)),
        worst(measured.map(({ read }) => read)),
      ],
    ],
    notes: runs.flatMap(({ failure }) => (failure === null ? [] : [failure])),
  };
}

/** Behind a session that keeps the table's metadata lock for 25 s: how long does the service stall in all? */
export async function behindReader(
  database: BenchDatabase,
  options: { rows: number; limitMs: number },
): Promise<Figures> {
  const title = `cutover behind a reader that holds the table for ${readerMs / 1000} s, at ${rate} transactions/s`;
  const headings = ['', 'finished', 's', 'attempts', 'longest write ms', 'stalled ms in all', 'longest read ms'];
  if (sysbenchMissing !== null) return { scenario: 'D2', title, headings, rows: [], notes: [sysbenchMissing] };
  const peers = onlinePeers.filter(({ name, missing }) => readerPeers.includes(name) && missing === null);
  const contenders = [
    {
      name: 'tideover',
      run: async (limitMs: number) => {
        const result = await startEngine(database, { alter: [change], timeoutMs: limitMs }).ended;
        const { finished, attempts, failure } = readRun(result);
        return { finished, attempts, failure, window: { from: result.startedAt, to: result.endedAt } };
      },
    },
    ...peers.map(({ name, run }) => ({
      name,
      run: async (limitMs: number) => ({ ...(await run(database, limitMs)), attempts: null }),
    })),
  ];
  const rows: Cell[][] = [];
  const notes = ['stalled: time in which a write of the probe waited for more than 100 ms'];
  for (const contender of contenders) {
    announce(`D2: ${contender.name}`);
    const result = await behind(database, options, contender.run);
    rows.push([contender.name, ...result.cells]);
    if (result.failure !== null) notes.push(`${contender.name}: ${result.failure}`);
  }
  return { scenario: 'D2', title, headings, rows, notes };
}

interface Outcome {
  readonly finished: boolean;
  readonly attempts: number | null;
  readonly failure: string | null;
  readonly window: Window;
}

async function behind(
  database: BenchDatabase,
  options: { rows: number; limitMs: number },
  run: (limitMs: number) => Promise<Outcome>,
): Promise<{ cells: Cell[]; failure: string | null }> {
  await database.reset({ rows: options.rows });
  const load = new WriteLoad(database, {
    rows: options.rows,
    rate,
    limitMs: options.limitMs + 2 * readerMs,
    tolerant: true,
  });
  const probe = new Probe(database, options.rows);
  const reader = await database.connect();
  try {
    await load.pass(3);
    await reader.execute('START TRANSACTION');
    await reader.query('SELECT id FROM sbtest1 LIMIT 1');
    const release = sleep(readerMs).then(() => reader.execute('COMMIT'));
    const started = now();
    const { finished, attempts, failure, window } = await run(options.limitMs);
    await release;
    await load.pass(1);
    const record = await probe.stop();
    const whole = { from: started, to: Math.max(window.to, started + readerMs) + marginMs };
    const writes = latencyWithin(record.writes, whole);
    const reads = latencyWithin(record.reads, whole);
    return {
      cells: [
        finished ? 'yes' : 'NO',
        (window.to - window.from) / 1000,
        attempts,
        writes.max,
        writes.stalledMs,
        reads.max,
      ],
      failure,
    };
  } finally {
    await reader.close();
    await load.stop();
  }
}
