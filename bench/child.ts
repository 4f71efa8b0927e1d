import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { now } from './clock.js';

/** What a measured process used. */
export interface Usage {
  /** CPU seconds, user and system. */
  readonly cpuS: number;
  readonly maxRssMb: number;
  /** RSS every `sampleMs`, MB. */
  readonly rssMb: readonly number[];
}

export interface Line {
  readonly at: number;
  readonly text: string;
}

export interface ChildResult {
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly lines: readonly Line[];
  readonly usage: Usage;
}

const sampleMs = 100;
/** CLK_TCK of Linux, in which /proc counts. */
const ticksPerSecond = 100;
/** A process that ignores SIGTERM for this long gets SIGKILL. */
const graceMs = 10_000;

/** A process whose lines, CPU time and memory are recorded. */
export class MeasuredChild {
  readonly lines: Line[] = [];
  readonly startedAt = now();
  readonly #child: ChildProcess;
  readonly #rss: number[] = [];
  #maxRss = 0;
  #cpuS = 0;
  #timedOut = false;
  hasEnded = false;
  readonly #ended: Promise<ChildResult>;
  #listeners: ((line: Line) => void)[] = [];

  constructor(command: readonly string[], options: { env?: Record<string, string>; timeoutMs: number }) {
    const [program, ...args] = command;
    this.#child = spawn(program!, args, { env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      createInterface({ input: stream }).on('line', (text) => {
        const line = { at: now(), text };
        this.lines.push(line);
        for (const listener of this.#listeners) listener(line);
      });
    }
    const sampler = setInterval(() => this.#sample(), sampleMs);
    const timer = setTimeout(() => this.#giveUp(), options.timeoutMs);
    this.#ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (exitCode) => {
        this.hasEnded = true;
        clearInterval(sampler);
        clearTimeout(timer);
        resolve({
          exitCode,
          timedOut: this.#timedOut,
          startedAt: this.startedAt,
          endedAt: now(),
          lines: this.lines,
          usage: { cpuS: this.#cpuS, maxRssMb: this.#maxRss, rssMb: this.#rss },
        });
      });
    });
    // Reported to whoever awaits `ended`.
    this.#ended.catch(() => undefined);
  }

  get ended(): Promise<ChildResult> {
    return this.#ended;
  }

  onLine(listener: (line: Line) => void): void {
    for (const line of this.lines) listener(line);
    this.#listeners.push(listener);
  }

  /** Resolves with the first line for which `matches` is true; null when the process ends without one. */
  async line(matches: (text: string) => boolean): Promise<Line | null> {
    const found = new Promise<Line>((resolve) =>
      this.onLine((line) => {
        if (matches(line.text)) resolve(line);
      }),
    );
    return Promise.race([found, this.#ended.then(() => null)]);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  #giveUp(): void {
    this.#timedOut = true;
    // A stopped process does not see SIGTERM.
    this.#child.kill('SIGCONT');
    this.#child.kill('SIGTERM');
    setTimeout(() => this.#child.kill('SIGKILL'), graceMs).unref();
  }

  #sample(): void {
    try {
      const status = readFileSync(`/proc/${this.#child.pid!}/status`, 'utf8');
      const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
      this.#maxRss = Math.max(this.#maxRss, kilobytes('VmHWM') / 1024);
      // A process that has just ended has no memory any more.
      if (kilobytes('VmRSS') > 0) this.#rss.push(kilobytes('VmRSS') / 1024);
      const stat = readFileSync(`/proc/${this.#child.pid!}/stat`, 'utf8');
      // Fields after the command's name in parentheses; 14 and 15 of proc(5) are user and system time.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      this.#cpuS = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    } catch {
      // It has just ended; the last sample stands.
    }
  }
}
