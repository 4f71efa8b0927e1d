import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ConnectionSettings } from '../../../src/db/dsn.js';
import type { ErrorCode } from '../../../src/errors.js';
import type { MigrationOptions } from '../../../src/migration/options.js';
import type { SyncPoint } from '../../../src/migration/points.js';

/** What an engine in a process of its own is to do. */
export interface EngineTask extends Pick<
  MigrationOptions,
  'alter' | 'dropRetired' | 'lockTimeoutMs' | 'cutoverDeadlineMs' | 'chunkTimeMs' | 'copyWorkers'
> {
  readonly connection: ConnectionSettings;
  /** As the command line takes them. */
  readonly buffers: readonly string[];
  readonly bufferToken: string;
  /** Where it stops, once, until it is told to go on; null for nowhere. */
  readonly stopAt: SyncPoint | null;
}

/** A session that the engine has opened; it may have closed it since. */
export interface OpenedSession {
  readonly id: number;
  readonly purpose: string;
}

export interface EngineEnd {
  /** Null when the new tables are live and all is done, `killed` when it could not say. */
  readonly code: ErrorCode | 'killed' | null;
  readonly exitCode: number | null;
  readonly message: string;
  /** Over the whole run; null when it was not finished. */
  readonly rowsCopied: number | null;
}

export type FromEngine =
  | { readonly is: 'past'; readonly point: SyncPoint }
  | { readonly is: 'at'; readonly sessions: readonly OpenedSession[] }
  | { readonly is: 'under way'; readonly phase: string; readonly rowsCopied: number }
  | ({ readonly is: 'ended' } & EngineEnd);

/** How long an engine may take for anything; longer than each of its own limits. */
const limitMs = 180_000;

/** An engine in a process of its own, as an operator's command is. */
export class FaultEngine {
  readonly ended: Promise<EngineEnd>;
  readonly #child: ChildProcess;
  readonly #at: Promise<readonly OpenedSession[]>;
  readonly #recorded: Promise<void>;
  #rowsCopied = 0;
  #firstRowsCopied: number | null = null;

  private constructor(child: ChildProcess, task: EngineTask) {
    this.#child = child;
    let end: EngineEnd = { code: 'killed', exitCode: null, message: '', rowsCopied: null };
    let past = 'its start';
    let errors = '';
    child.stderr!.on('data', (data: Buffer) => (errors += data.toString()));
    let recorded = (): void => undefined;
    this.#recorded = new Promise((resolve) => (recorded = resolve));
    this.#at = new Promise((resolve) => {
      child.on('message', (message: FromEngine) => {
        if (message.is === 'at') resolve(message.sessions);
        else if (message.is === 'ended') end = message;
        else if (message.is === 'past') {
          past = message.point;
          if (past === 'run-recorded') recorded();
        } else this.#tell(message.rowsCopied);
      });
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    this.ended = once(child, 'close').then(([exitCode]) => {
      clearTimeout(timer);
      return end.code === 'killed'
        ? { ...end, exitCode: exitCode as number | null, message: `after ${past} ${errors}`.trim() }
        : end;
    });
    child.send(task);
  }

  static start(task: EngineTask): FaultEngine {
    const child = fork(new URL('engine-child.ts', import.meta.url), [], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    return new FaultEngine(child, task);
  }

  #tell(rowsCopied: number): void {
    this.#firstRowsCopied ??= rowsCopied;
    this.#rowsCopied = Math.max(this.#rowsCopied, rowsCopied);
  }

  /** With how many copied rows it began; null when it never told. */
  get firstRowsCopied(): number | null {
    return this.#firstRowsCopied;
  }

  /** Rows that it has copied so far, as it told last. */
  get rowsCopied(): number {
    return this.#rowsCopied;
  }

  /** Resolves when the journal knows of its run, or it has ended. */
  async recorded(): Promise<void> {
    await Promise.race([this.#recorded, this.ended]);
  }

  /** Resolves with all sessions that it has opened when it has stopped at its point; rejects when it ends before. */
  at(): Promise<readonly OpenedSession[]> {
    const tooEarly = this.ended.then(({ code, message }) => {
      throw new Error(`the engine ended before the point: ${code ?? 'finished'} ${message}`);
    });
    return Promise.race([this.#at, tooEarly]);
  }

  goOn(): void {
    if (this.#child.connected) this.#child.send('go on', () => undefined);
  }

  async kill9(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}
