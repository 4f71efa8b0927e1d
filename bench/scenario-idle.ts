import { readRun, startEngine } from './engine.js';
import { alteration, type BenchDatabase } from './database.js';
import { announce, ratio, type Cell, type Figures } from './output.js';
import { floors, onlinePeers } from './peers.js';
import type { Window } from './clock.js';

interface Variant {
  readonly name: string;
  readonly flags: readonly string[];
  readonly tables: number;
  readonly autoIncrement: boolean;
}

const inPlace = ['--indexes', 'while-copying'];
const variants: readonly Variant[] = [
  { name: 'tideover', flags: [], tables: 1, autoIncrement: true },
  { name: 'tideover, indexes in place', flags: inPlace, tables: 1, autoIncrement: true },
  { name: 'tideover, no AUTO_INCREMENT, indexes in place', flags: inPlace, tables: 1, autoIncrement: false },
  { name: 'tideover, two tables, indexes in place', flags: inPlace, tables: 2, autoIncrement: true },
];

interface Result {
  readonly name: string;
  readonly rate: number | null;
  readonly totalS: number | null;
  readonly cpuS: number | null;
  readonly rssMb: number | null;
  readonly failure: string | null;
}

const seconds = ({ from, to }: Window) => (to - from) / 1000;

/** Copies an idle table: how fast is the copy alone? */
export async function idle(database: BenchDatabase, options: { rows: number; limitMs: number }): Promise<Figures> {
  const { rows, limitMs } = options;
  const results: Result[] = [];
  const notes = [
    `${rows.toLocaleString('en-US')} rows a table; ${alteration}`,
    'rows/s: copying and building indexes; total: the whole process',
  ];
  for (const variant of variants) {
    announce(`A: ${variant.name}`);
    await database.reset({ rows, tables: variant.tables, autoIncrement: variant.autoIncrement });
    const alter = Array.from({ length: variant.tables }, (_, index) => `ALTER TABLE sbtest${index + 1} ${alteration}`);
    const result = await startEngine(database, { alter, flags: variant.flags, timeoutMs: limitMs }).ended;
    const run = readRun(result);
    results.push({
      name: variant.name,
      rate: run.finished && run.copy ? (rows * variant.tables) / seconds(run.copy) : null,
      totalS: (result.endedAt - result.startedAt) / 1000,
      cpuS: result.usage.cpuS,
      rssMb: result.usage.maxRssMb,
      failure: run.failure,
    });
  }
  for (const peer of [...onlinePeers, ...floors]) {
    if (peer.missing !== null) {
      results.push({ name: peer.name, rate: null, totalS: null, cpuS: null, rssMb: null, failure: peer.missing });
      continue;
    }
    announce(`A: ${peer.name}`);
    await database.reset({ rows });
    const run = await peer.run(database, limitMs);
    results.push({
      name: peer.name,
      rate: run.finished ? rows / seconds(run.copy ?? run.window) : null,
      totalS: seconds(run.window),
      cpuS: run.usage?.cpuS ?? null,
      rssMb: run.usage?.maxRssMb ?? null,
      failure: run.failure,
    });
  }
  const rateOf = (name: string) => results.find((result) => result.name === name)?.rate ?? null;
  const compared = ['pt-online-schema-change', 'native ALTER COPY', 'INSERT … SELECT, 1 at once'];
  return {
    scenario: 'A',
    title: 'copy of an idle table',
    headings: ['', 'rows/s', 'total s', 'CPU s', 'RSS MB', ...['× pt-osc', '× ALTER COPY', '× INSERT…SELECT']],
    rows: results.map(({ name, rate, totalS, cpuS, rssMb }): Cell[] => [
      name,
      rate,
      totalS,
      cpuS,
      rssMb,
      ...compared.map((peer) => ratio(rate, rateOf(peer))),
    ]),
    notes: [...notes, ...results.flatMap(({ name, failure }) => (failure === null ? [] : [`${name}: ${failure}`]))],
  };
}
