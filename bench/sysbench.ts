import { MeasuredChild } from './child.js';
import { sleep, type Window } from './clock.js';
import type { BenchDatabase } from './database.js';
import { mean, percentile } from './output.js';

/** One second of the write load, as sysbench reports it. */
export interface Second {
  /** When the report came: the end of its second. */
  readonly at: number;
  readonly tps: number;
  /** 99th percentile of a transaction's latency, ms. */
  readonly p99Ms: number;
  readonly errorsPerS: number;
}

const reportLine = /tps: ([\d.]+).*lat \(ms,99%\): ([\d.]+) err\/s: ([\d.]+)/;

const threads = 16;

/** `oltp_write_only`: per transaction two updates, a delete and an insert of the same row. */
export class WriteLoad {
  readonly seconds: Second[] = [];
  readonly #child: MeasuredChild;

  /**
   * `rate` is transactions per second for all threads, 0 for as many as the server takes. A `tolerant` service goes on after a table was
   * not found, as it happens to it when pt-online-schema-change takes its triggers away; the errors are counted.
   */
  constructor(database: BenchDatabase, options: { rows: number; rate: number; limitMs: number; tolerant?: boolean }) {
    const { host, port, user } = database.server;
    this.#child = new MeasuredChild(
      [
        ...['sysbench', 'oltp_write_only', '--db-driver=mysql', `--mysql-host=${host}`, `--mysql-port=${port}`],
        ...[`--mysql-user=${user}`, `--mysql-db=${database.schema}`, '--tables=1', `--table-size=${options.rows}`],
        ...[`--threads=${threads}`, `--time=${Math.ceil(options.limitMs / 1000)}`, `--rate=${options.rate}`],
        `--mysql-ignore-errors=1213,1020,1205${options.tolerant === true ? ',1146' : ''}`,
        ...['--report-interval=1', '--percentile=99', '--rand-type=uniform', 'run'],
      ],
      { timeoutMs: options.limitMs + 30_000 },
    );
    this.#child.onLine(({ at, text }) => {
      const match = reportLine.exec(text);
      if (match)
        this.seconds.push({ at, tps: Number(match[1]), p99Ms: Number(match[2]), errorsPerS: Number(match[3]) });
    });
  }

  /** Resolves after `count` more reported seconds. Rejects when sysbench has ended. */
  async pass(count: number): Promise<void> {
    const until = this.seconds.length + count;
    while (this.seconds.length < until) {
      if (this.#child.hasEnded) throw new Error(`sysbench ended: ${this.#child.lines.at(-1)?.text ?? 'no output'}`);
      await sleep(50);
    }
  }

  async stop(): Promise<void> {
    this.#child.signal('SIGTERM');
    await this.#child.ended;
  }

  /** Seconds that lie inside the window; a window shorter than a second has the one second it ended in. */
  within({ from, to }: Window): Second[] {
    const inside = this.seconds.filter(({ at }) => at - 1000 >= from && at <= to);
    return inside.length > 0 ? inside : this.seconds.filter(({ at }) => at >= to && at - 1000 <= from);
  }
}

export interface LoadFigures {
  readonly tps: number | null;
  /** 99th percentile of the seconds' p99. */
  readonly p99Ms: number | null;
  readonly errors: number;
}

export function loadFigures(seconds: readonly Second[]): LoadFigures {
  return {
    tps: mean(seconds.map(({ tps }) => tps)),
    p99Ms: percentile(
      seconds.map(({ p99Ms }) => p99Ms),
      0.99,
    ),
    errors: seconds.reduce((sum, { errorsPerS }) => sum + errorsPerS, 0),
  };
}
