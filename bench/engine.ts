import { fileURLToPath } from 'node:url';
import { MeasuredChild, type ChildResult } from './child.js';
import type { Window } from './clock.js';
import type { BenchDatabase } from './database.js';

/** The engine as an operator runs it: the built CLI in a process of its own. */
const cli = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));

interface EngineEvent {
  readonly event: string;
  readonly at: string;
  readonly phase?: string;
  readonly backlog?: number;
  readonly changesApplied?: number;
  readonly rowsCopied?: number;
  readonly cutover?: { readonly attempts: number; readonly writeStallMs: number } | null;
}

export function eventOf(text: string): EngineEvent | null {
  return text.startsWith('{') ? (JSON.parse(text) as EngineEvent) : null;
}

export const momentOf = (event: EngineEvent) => Date.parse(event.at);

export function startEngine(
  database: BenchDatabase,
  options: { alter: readonly string[]; flags?: readonly string[]; timeoutMs: number },
): MeasuredChild {
  const alter = options.alter.flatMap((statement) => ['--alter', statement]);
  const flags = options.flags ?? [];
  return new MeasuredChild(
    [process.execPath, cli, 'run', '--dsn', database.dsn, ...alter, '--json', '--drop-retired', ...flags],
    {
      env: { TIDEOVER_PASSWORD: '' },
      timeoutMs: options.timeoutMs,
    },
  );
}

/** What the engine's own events say of a run. */
export interface EngineRun {
  readonly finished: boolean;
  /** Copying and building indexes; null when it did not come so far. */
  readonly copy: Window | null;
  readonly cuttingOver: Window | null;
  readonly rowsCopied: number;
  readonly attempts: number;
  readonly failure: string | null;
}

export function readRun(result: ChildResult): EngineRun {
  const events = result.lines.flatMap(({ text }) => eventOf(text) ?? []);
  const entered = (phase: string) => {
    const event = events.find((candidate) => candidate.event === 'phase:entered' && candidate.phase === phase);
    return event ? momentOf(event) : null;
  };
  const window = (from: number | null, to: number | null) => (from === null || to === null ? null : { from, to });
  const finished = events.find(({ event }) => event === 'run:finished');
  return {
    finished: result.exitCode === 0,
    copy: window(entered('copying'), entered('catching-up')),
    cuttingOver: window(entered('cutting-over'), finished ? momentOf(finished) : null),
    rowsCopied: finished?.rowsCopied ?? 0,
    attempts: finished?.cutover?.attempts ?? 0,
    failure:
      result.exitCode === 0
        ? null
        : result.timedOut
          ? 'not finished in time'
          : (result.lines.at(-1)?.text ?? 'no output'),
  };
}
