import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const root = new URL('../../', import.meta.url);

/** Node's arguments that start the command: what is built, as users run it, when it is newer than every source; else the sources. */
const entry = isBuilt()
  ? [fileURLToPath(new URL('dist/src/cli/main.js', root))]
  : ['--import', 'tsx', fileURLToPath(new URL('src/cli/main.ts', root))];

function isBuilt(): boolean {
  const built = statSync(new URL('dist/src/cli/main.js', root), { throwIfNoEntry: false });
  const sources = ['src/', 'migrations/'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).map(
      (path) => new URL(folder + path, root),
    ),
  );
  return built !== undefined && sources.every((source) => statSync(source).mtimeMs < built.mtimeMs);
}

/** A line of `--json`. */
export type EventLine = Readonly<Record<string, unknown>> & { readonly event: string };

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stdout that are JSON. */
  readonly events: readonly EventLine[];
}

/** The command `tideover` as a process of its own; stdout is no terminal. */
export interface Tideover {
  /** Resolves with the first line of that event, past or to come, which `fits`; rejects when the process ends without one. */
  event(name: string, fits?: (line: EventLine) => boolean): Promise<EventLine>;
  /** Resolves when stderr has that text. */
  said(text: string): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** Starts `tideover ARGS`, inside a test; it is ended with the test at the latest. `environment` is all it sees beside PATH. */
export function startTideover(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Tideover {
  const started = spawnTideover(args, environment);
  onTestFinished(() => started.signal('SIGKILL'));
  return started;
}

/** The same anywhere; the caller ends it. */
export function spawnTideover(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Tideover {
  const child = spawn(process.execPath, [...entry, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const events: EventLine[] = [];
  const watchers = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    stdout += `${line}\n`;
    if (!line.startsWith('{')) return;
    events.push(JSON.parse(line) as EventLine);
    for (const watcher of watchers) watcher();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const watcher of watchers) watcher();
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr, events }));
  /** Resolves with what `find` finds, now or after further output. */
  const seen = <T>(what: string, find: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        watchers.delete(look);
        resolve(found);
      };
      watchers.add(look);
      look();
      void ended.then(({ code }) => {
        look();
        reject(new Error(`tideover ended with ${code} and no ${what}; it printed\n${stdout}${stderr}`));
      });
    });
  return {
    event: (name, fits = () => true) => seen(name, () => events.find((line) => line.event === name && fits(line))),
    said: (text) => seen(`"${text}"`, () => (stderr.includes(text) ? null : undefined)).then(() => undefined),
    signal: (signal) => void child.kill(signal),
    ended,
  };
}

/** Runs `tideover ARGS` to its end. */
export function tideover(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return startTideover(args, environment).ended;
}
