import type { Window } from './clock.js';
import { alteration, type BenchDatabase } from './database.js';
import { readRun, startEngine } from './engine.js';
import { announce, ratio, type Cell, type Figures } from './output.js';
import { onlinePeers, sysbenchMissing } from './peers.js';
import { latencyWithin, Probe, type Latency } from './probe.js';
import { loadFigures, WriteLoad, type LoadFigures } from './sysbench.js';

/** Seconds of undisturbed writing before each peer, and after it. */
const baselineSeconds = 6;
const afterSeconds = 2;
/** Around the cutover, for what waited in front of it. */
const marginMs = 500;

interface Run {
  readonly finished: boolean;
  readonly window: Window;
  readonly cutover: Window | null;
  readonly failure: string | null;
  readonly rssMb: number | null;
}

interface Contender {
  readonly name: string;
  readonly missing: string | null;
  readonly run: (database: BenchDatabase, limitMs: number) => Promise<Run>;
}

const tideover: Contender = {
  name: 'tideover',
  missing: null,
  run: async (database, limitMs) => {
    const child = startEngine(database, { alter: [`ALTER TABLE sbtest1 ${alteration}`], timeoutMs: limitMs });
    const result = await child.ended;
    const run = readRun(result);
    const window = { from: result.startedAt, to: result.endedAt };
    return {
      finished: run.finished,
      window,
      cutover: run.cuttingOver,
      failure: run.failure,
      rssMb: result.usage.maxRssMb,
    };
  },
};

const contenders: readonly Contender[] = [
  tideover,
  ...onlinePeers.map(({ name, missing, run }) => ({
    name,
    missing,
    run: async (database: BenchDatabase, limitMs: number) => {
      const { finished, window, failure, usage } = await run(database, limitMs);
      return { finished, window, cutover: null, failure, rssMb: usage?.maxRssMb ?? null };
    },
  })),
];

interface Measured extends Run {
  readonly name: string;
  readonly baseline: LoadFigures;
  readonly during: LoadFigures;
  readonly writesBefore: Latency;
  readonly writes: Latency;
  readonly reads: Latency;
  readonly cutoverWrites: Latency | null;
}

async function measure(
  database: BenchDatabase,
  contender: Contender,
  options: { rows: number; rate: number; limitMs: number },
): Promise<Measured> {
  const { rows, rate, limitMs } = options;
  await database.reset({ rows });
  const load = new WriteLoad(database, { rows, rate, limitMs: limitMs + 60_000, tolerant: contender !== tideover });
  const probe = new Probe(database, rows);
  try {
    await load.pass(baselineSeconds + 2);
    const baseline = loadFigures(load.seconds.slice(2));
    const run = await contender.run(database, limitMs);
    await load.pass(afterSeconds);
    const record = await probe.stop();
    const { from, to } = run.window;
    const around = run.cutover && { from: run.cutover.from - marginMs, to: run.cutover.to + marginMs };
    return {
      ...run,
      name: contender.name,
      baseline,
      during: loadFigures(load.within({ from, to })),
      writesBefore: latencyWithin(record.writes, { from: from - baselineSeconds * 1000, to: from }),
      writes: latencyWithin(record.writes, { from, to }),
      reads: latencyWithin(record.reads, { from, to }),
      cutoverWrites: around && latencyWithin(record.writes, around),
    };
  } finally {
    await load.stop();
  }
}

/** Copies while the service writes: does it finish, and what does the service pay? */
export async function underLoad(
  database: BenchDatabase,
  options: { rows: number; rate: number; limitMs: number },
): Promise<Figures> {
  const title = options.rate === 0 ? 'copy under unlimited writes' : `copy under ${options.rate} transactions/s`;
  const scenario = options.rate === 0 ? 'B2' : 'B1';
  const headings = [
    ...[
      '',
      'finished',
      's',
      'tx/s before',
      'tx/s during',
      'kept %',
      'tx p99 ms',
      'write p99 before',
      'p50',
      'p99',
      'max ms',
    ],
    ...['read p50', 'p99', 'max ms', 'cutover max ms', 'RSS MB', 'p99 × pt-osc'],
  ];
  if (sysbenchMissing !== null) return { scenario, title, headings, rows: [], notes: [sysbenchMissing] };
  const results: Measured[] = [];
  const notes: string[] = ['write and read: a probe of 200 requests/s each; tx: sysbench oltp_write_only, 16 threads'];
  for (const contender of contenders) {
    if (contender.missing !== null) notes.push(contender.missing);
    else {
      announce(`${scenario}: ${contender.name}`);
      const measured = await measure(database, contender, options);
      results.push(measured);
      if (measured.failure !== null) notes.push(`${measured.name}: ${measured.failure}`);
      const failed = measured.writes.failed + measured.reads.failed;
      if (failed > 0) notes.push(`${measured.name}: ${failed} requests of the probe failed`);
      if (measured.during.errors > 0)
        notes.push(`${measured.name}: sysbench met ${measured.during.errors.toFixed(0)} errors`);
    }
  }
  const ptOsc = results.find(({ name }) => name === 'pt-online-schema-change');
  return {
    scenario,
    title,
    headings,
    rows: results.map((result): Cell[] => {
      const { name, finished, window, baseline, during, writesBefore, writes, reads, cutoverWrites, rssMb } = result;
      const kept = ratio(during.tps, baseline.tps);
      return [
        ...[name, finished ? 'yes' : 'NO', (window.to - window.from) / 1000],
        ...[baseline.tps, during.tps, kept === null ? null : kept * 100, during.p99Ms],
        writesBefore.p99,
        ...[writes.p50, writes.p99, writes.max, reads.p50, reads.p99, reads.max],
        ...[cutoverWrites?.max ?? null, rssMb, ratio(ptOsc?.writes.p99 ?? null, writes.p99)],
      ];
    }),
    notes,
  };
}
