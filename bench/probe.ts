import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Window } from './clock.js';
import type { BenchDatabase } from './database.js';
import { percentile } from './output.js';

export interface ProbeSample {
  /** When the request was due. */
  readonly at: number;
  /** From then until its answer. */
  readonly ms: number;
  readonly failed: boolean;
}

export interface ProbeRecord {
  readonly writes: readonly ProbeSample[];
  readonly reads: readonly ProbeSample[];
}

/** 200 writes and 200 reads a second in all: a stall is seen with 5 ms resolution. */
const periodMs = 20;
const sessions = 4;

export class Probe {
  readonly #child: ChildProcess;

  constructor(database: BenchDatabase, rows: number) {
    this.#child = fork(fileURLToPath(new URL('./probe-child.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
    this.#child.send({ settings: database.server.settings(database.schema), rows, periodMs, sessions });
  }

  stop(): Promise<ProbeRecord> {
    return new Promise((resolve, reject) => {
      this.#child.once('message', (record) => resolve(record as ProbeRecord));
      this.#child.once('exit', () => reject(new Error('the probe has ended')));
      this.#child.send('stop');
    });
  }
}

export interface Latency {
  readonly p50: number | null;
  readonly p99: number | null;
  readonly max: number | null;
  /** Time in which a request waited longer than `stallMs`, overlaps counted once. */
  readonly stalledMs: number;
  readonly failed: number;
}

/** A wait that counts as a stall. */
const stallMs = 100;

export function latencyWithin(samples: readonly ProbeSample[], { from, to }: Window): Latency {
  const inside = samples.filter(({ at, ms }) => at + ms >= from && at <= to);
  const values = inside.map(({ ms }) => ms);
  let stalledMs = 0;
  let end = -Infinity;
  for (const { at, ms } of inside) {
    if (ms < stallMs) continue;
    stalledMs += Math.max(0, at + ms - Math.max(at, end));
    end = Math.max(end, at + ms);
  }
  return {
    p50: percentile(values, 0.5),
    p99: percentile(values, 0.99),
    max: values.length === 0 ? null : Math.max(...values),
    stalledMs,
    failed: inside.filter(({ failed }) => failed).length,
  };
}
