/**
 * Keeps a hold in a process of its own, so that a hold never outlives its engine: `kill -9` of the engine ends the hold at once.
 *
 * How an adapter uses it. It exports two functions from one module: `xLayer(spec, environment)`, the plain `BufferLayer` that does all its work in the
 * process that calls it, with lease and deadline as timers of its own; and `xBuffer(spec, environment)`, which is
 *
 *     const layer = xLayer(spec, environment);
 *     return { ...layer, hold: (request) => holdInChild({ module: import.meta.url, factory: 'xLayer', spec, environment }, request) };
 *
 * The child (`watchdog-child.ts`) imports the module, calls the factory and holds. The engine's `drain`, `renew`, `status` and `release` travel as lines
 * of JSON over its standard input and output. A `release` while the hold ends by itself must settle only when that is done. End of input, whatever its reason, makes it release and end. Nothing secret is on its argument list.
 * Where the child itself was killed, `recover` is run by the engine: it undoes what the child left behind.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogue, TideoverError, type ErrorCode } from '../errors.js';
import type { Hold, HoldReport, HoldRequest, HoldStatus } from './contract.js';

/** Where the child finds the adapter. */
export interface WatchedAdapter {
  /** `import.meta.url` of the module that exports the factory. */
  readonly module: string;
  /** Its exported function `(spec, environment) => BufferLayer`. */
  readonly factory: string;
  readonly spec: string;
  /** Only strings travel; they go over the pipe, not over the argument list. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Undoes what a killed child left behind. Without it the adapter's method must end by itself. */
  readonly recover?: () => Promise<void>;
}

/** The first line that the child reads. */
export interface ChildTask extends Pick<WatchedAdapter, 'module' | 'factory' | 'spec' | 'environment'> {
  readonly request: HoldRequest;
}

/** Further lines. `cancel` gives up the drain of that id. */
export type ChildCommand =
  | { readonly id: number; readonly verb: 'drain'; readonly timeoutMs: number }
  | { readonly id: number; readonly verb: 'renew'; readonly leaseMs: number }
  | { readonly id: number; readonly verb: 'status' }
  | { readonly id: number; readonly verb: 'release'; readonly window: number }
  | { readonly id: number; readonly verb: 'cancel' };

/** What the child answers; id 0 answers the task itself. */
export interface ChildAnswer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { code: string; message: string; hint?: string; facts?: Record<string, unknown> };
}

/** Holds in a child process. Rejects as `BufferLayer.hold` does. */
export async function holdInChild(adapter: WatchedAdapter, request: HoldRequest): Promise<Hold> {
  const child = new Child(adapter);
  const { module, factory, spec, environment } = adapter;
  try {
    await child.start({ module, factory, spec, environment, request } satisfies ChildTask);
  } catch (error) {
    child.end();
    throw error;
  }
  return watchedHold(child);
}

function watchedHold(child: Child): Hold {
  return {
    async drain(timeoutMs, signal) {
      signal.throwIfAborted();
      const { id, answer } = child.ask({ verb: 'drain', timeoutMs });
      const cancel = (): void => child.tell({ id, verb: 'cancel' });
      signal.addEventListener('abort', cancel, { once: true });
      try {
        await answer;
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    },
    async renew(leaseMs) {
      await child.ask({ verb: 'renew', leaseMs }).answer;
    },
    async status() {
      if (child.lastStatus !== undefined) return child.lastStatus;
      const status = (await child.ask({ verb: 'status' }).answer) as HoldStatus;
      // Nothing changes any more, and the child need not stay to say so.
      if (status.state === 'ended') child.lastStatus = status;
      return status;
    },
    async release({ window }) {
      try {
        return (await child.ask({ verb: 'release', window }).answer) as HoldReport;
      } finally {
        child.lastStatus = { state: 'ended', held: 0, inFlight: null, upgraded: null, remainingMs: 0 };
        child.end();
      }
    },
  };
}

type Unnumbered<C> = C extends { readonly id: number } ? Omit<C, 'id'> : never;

class Child {
  /** Known once the hold has ended. */
  lastStatus: HoldStatus | undefined;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #recover: WatchedAdapter['recover'];
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  #asked = 0;
  #complaint = '';
  #ended = false;
  /** Why no answer will come any more. */
  #dead: Promise<TideoverError> | undefined;

  constructor(adapter: WatchedAdapter) {
    this.#recover = adapter.recover;
    this.#process = spawn(process.execPath, entry.args, {
      cwd: entry.folder,
      // Its own process group: Ctrl-C at the engine's terminal must not end the hold before the engine has thought about it.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    createInterface({ input: this.#process.stdout }).on('line', (line) =>
      this.#answered(JSON.parse(line) as ChildAnswer),
    );
    this.#process.stderr.on(
      'data',
      (data: Buffer) => (this.#complaint = (this.#complaint + data.toString()).slice(-2_000)),
    );
    this.#process.stdin.on('error', () => undefined); // it has died; `close` says so
    this.#process.once('error', (error) => void this.#died(error.message));
    this.#process.once('close', (code, signal) => void this.#died(signal ?? `status ${code ?? '?'}`));
    this.#keepEngineAlive();
  }

  async start(task: ChildTask): Promise<void> {
    const answer = this.#expect(0);
    this.#write(task);
    await answer;
  }

  ask(command: Unnumbered<ChildCommand>): { id: number; answer: Promise<unknown> } {
    this.#asked += 1;
    const id = this.#asked;
    const answer = this.#expect(id);
    this.tell({ id, ...command });
    return { id, answer };
  }

  tell(command: ChildCommand): void {
    this.#write(command);
  }

  end(): void {
    this.#ended = true;
    this.#process.stdin.end();
  }

  async #expect(id: number): Promise<unknown> {
    if (this.#dead !== undefined) throw await this.#dead;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#keepEngineAlive();
    });
  }

  #write(line: ChildTask | ChildCommand): void {
    if (this.#process.stdin.writable) this.#process.stdin.write(`${JSON.stringify(line)}\n`);
  }

  #answered({ id, value, error }: ChildAnswer): void {
    const asker = this.#waiting.get(id);
    this.#waiting.delete(id);
    this.#keepEngineAlive();
    if (error === undefined) asker?.resolve(value);
    else asker?.reject(asError(error));
  }

  async #died(how: string): Promise<void> {
    if (this.#dead !== undefined) return;
    this.#dead = this.#explain(how);
    const error = await this.#dead;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#keepEngineAlive();
  }

  async #explain(how: string): Promise<TideoverError> {
    const said = this.#complaint.trim().split('\n').at(-1) ?? '';
    let undone = 'What it held ends by its lease; look at the buffer before the next attempt.';
    if (!this.#ended && this.#recover !== undefined) {
      undone = await this.#recover().then(
        () => 'What it held has been released; try the cutover again.',
        (error: unknown) =>
          `What it held could not be released: ${error instanceof Error ? error.message : String(error)}.`,
      );
    }
    const why = said === '' ? how : `${how}: ${said}`;
    return new TideoverError('buffer-failed', `the process that kept the hold ended (${why})`, { hint: undone });
  }

  /** An engine that only waits for a child's possible death may end; one that waits for its answer may not. */
  #keepEngineAlive(): void {
    const handles = [this.#process, ...[this.#process.stdin, this.#process.stdout, this.#process.stderr].map(asSocket)];
    for (const handle of handles) {
      if (this.#waiting.size > 0) handle.ref();
      else handle.unref();
    }
  }
}

/** Node's pipes to a child are sockets, which its types do not say. */
function asSocket(stream: NodeJS.ReadableStream | NodeJS.WritableStream): Socket {
  return stream as unknown as Socket;
}

function asError({ code, message, hint, facts }: NonNullable<ChildAnswer['error']>): TideoverError {
  const known: ErrorCode = Object.hasOwn(catalogue, code) ? (code as ErrorCode) : 'buffer-failed';
  return new TideoverError(known, message, {
    ...(hint === undefined ? {} : { hint }),
    ...(facts === undefined ? {} : { facts }),
  });
}

/** Built, it is JavaScript beside this file; from the sources it needs tsx, which is found from here. */
const entry = ((): { args: string[]; folder: string } => {
  const here = fileURLToPath(import.meta.url);
  const sources = here.endsWith('.ts');
  const script = fileURLToPath(new URL(sources ? 'watchdog-child.ts' : 'watchdog-child.js', import.meta.url));
  return { args: [...(sources ? ['--import', 'tsx'] : []), script], folder: dirname(here) };
})();
