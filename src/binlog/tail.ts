import { TideoverError } from '../errors.js';
import { asTideoverError, errno, serverErrorOf, type ServerError } from '../db/server-error.js';
import type { Server } from '../db/server.js';
import { openDump, type Dump } from './dump.js';
import { EventReader } from './event-reader.js';
import {
  comparePositions,
  formatPosition,
  type BinlogPosition,
  type BinlogSource,
  type ChangeSink,
  type TailCounters,
  type WatchedTable,
} from './source.js';

export { currentPosition, snapshotPosition } from './position.js';

export interface TailOptions {
  readonly server: Server;
  readonly from: BinlogPosition;
  readonly watched: readonly WatchedTable[];
  readonly sink: ChangeSink;
  /** Schemas of the engine, whose DDL is its own; default: the journal's, and the shadow and retired schema of every watched schema. */
  readonly shadowSchemas?: readonly string[];
  /** The server's sign of life on an idle log; three missing ones are a lost connection. */
  readonly heartbeatMs?: number;
}

const defaultHeartbeatMs = 2_000;
const missedHeartbeats = 3;

/** Resolves when the server has accepted the dump. Rejects with the TideoverError that a `BinlogSource` fails with. */
export async function openTail(options: TailOptions): Promise<BinlogSource> {
  const tail = new Tail(options);
  try {
    await Promise.race([tail.accepted, tail.failed]);
    return tail;
  } catch (error) {
    await tail.stop();
    throw error;
  }
}

interface Waiter {
  readonly position: BinlogPosition;
  readonly resolve: () => void;
  readonly reject: (error: TideoverError) => void;
}

class Tail implements BinlogSource {
  readonly accepted: Promise<void>;
  readonly failed: Promise<never>;
  readonly #reader: EventReader;
  readonly #dump: Dump;
  readonly #heartbeatMs: number;
  readonly #waiters = new Set<Waiter>();
  readonly #watchdog: NodeJS.Timeout;
  #accept!: () => void;
  #reject!: (error: TideoverError) => void;
  #error: TideoverError | undefined;
  #stopped: Promise<void> | undefined;
  #paused = false;
  /** When the last bytes came, or reading was resumed; `performance.now()`. */
  #lastSign = performance.now();

  constructor(options: TailOptions) {
    this.accepted = new Promise((resolve) => (this.#accept = resolve));
    this.failed = new Promise((_, reject) => (this.#reject = reject));
    // Whoever does not wait for it learns of the failure elsewhere.
    this.failed.catch(() => undefined);
    this.#heartbeatMs = options.heartbeatMs ?? defaultHeartbeatMs;
    this.#reader = new EventReader({
      from: options.from,
      watched: options.watched,
      sink: options.sink,
      ...(options.shadowSchemas === undefined ? {} : { ownSchemas: options.shadowSchemas }),
    });
    this.#dump = openDump({
      connection: options.server.connectionOptions,
      from: options.from,
      heartbeatMs: this.#heartbeatMs,
      onEvent: (event) => this.#take(event),
      onSign: () => (this.#lastSign = performance.now()),
      onEnd: (error) => this.#fail(endingOf(error, this.#reader.boundary)),
    });
    this.#watchdog = setInterval(() => this.#watch(), this.#heartbeatMs);
  }

  get position(): BinlogPosition {
    return this.#reader.boundary;
  }

  get counters(): TailCounters {
    return { ...this.#reader.counters };
  }

  pause(): void {
    if (this.#paused || this.#isOver) return;
    this.#paused = true;
    this.#dump.pause();
  }

  resume(): void {
    if (!this.#paused || this.#isOver) return;
    this.#paused = false;
    this.#lastSign = performance.now();
    this.#dump.resume();
  }

  reached(position: BinlogPosition, deadlineMs: number): Promise<void> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (comparePositions(this.position, position) >= 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const expired = (): void => {
        waiter.reject(
          new TideoverError(
            'wait-expired',
            `the tail was at ${formatPosition(this.position)} after ${deadlineMs} ms, not yet at ${formatPosition(position)}`,
            {
              hint: 'The server or the network is slow, or the service writes more than can be read: try again at a quieter time.',
            },
          ),
        );
      };
      const timer = setTimeout(expired, deadlineMs);
      const settle = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        position,
        resolve: () => {
          settle();
          resolve();
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      this.#waiters.add(waiter);
    });
  }

  stop(): Promise<void> {
    clearInterval(this.#watchdog);
    const error =
      this.#error ?? new TideoverError('run-stopped', 'the reading of the binlog was stopped', { hint: continueHint });
    for (const waiter of [...this.#waiters]) waiter.reject(error);
    return (this.#stopped ??= this.#dump.stop());
  }

  get #isOver(): boolean {
    return this.#error !== undefined || this.#stopped !== undefined;
  }

  #take(event: Buffer): void {
    if (this.#isOver) return;
    try {
      this.#reader.take(event);
    } catch (error) {
      this.#fail(asTideoverError(error));
      return;
    }
    if (this.#reader.sawFormat) this.#accept();
    if (this.#waiters.size === 0) return;
    for (const waiter of [...this.#waiters]) {
      if (comparePositions(this.position, waiter.position) >= 0) waiter.resolve();
    }
  }

  #watch(): void {
    const silent = (): boolean =>
      !this.#paused && performance.now() - this.#lastSign > missedHeartbeats * this.#heartbeatMs;
    if (!silent()) return;
    // After a long turn of our own the packets may be waiting: let them in before judging.
    setImmediate(() => {
      if (silent()) {
        this.#fail(
          new TideoverError(
            'connection-lost',
            `the binlog connection gave no sign for ${missedHeartbeats * this.#heartbeatMs} ms`,
            { hint: continueHint },
          ),
        );
      }
    });
  }

  #fail(error: TideoverError): void {
    if (this.#isOver) return;
    this.#error = error;
    this.#reject(error);
    void this.stop();
  }
}

const continueHint = 'Run the same command again when the server can be reached: it continues.';

/** Why the dump ended; `null` when the server ended it without an error. */
function endingOf(error: unknown, at: BinlogPosition): TideoverError {
  if (error === null)
    return new TideoverError('connection-lost', 'the server ended the binlog dump', { hint: continueHint });
  if (error instanceof TideoverError) return error;
  const failure = serverErrorOf(error, 'reading the binlog');
  return failure.errno === errno.masterFatalReadingBinlog ? dumpRefused(failure, at) : asTideoverError(failure);
}

/** Error 1236 has many causes; its text tells them apart. */
function dumpRefused(failure: ServerError, at: BinlogPosition): TideoverError {
  const { message } = failure;
  if (/could not find|impossible position|not found in binary log/i.test(message)) {
    return new TideoverError('binlog-purged', `the server has no binlog from ${formatPosition(at)} on: ${message}`, {
      cause: failure,
      hint: 'Changes are missing for good: abort the run, keep the binlog for longer (binlog_expire_logs_seconds), and start again.',
    });
  }
  if (/same server/i.test(message))
    return new TideoverError('connection-lost', message, { cause: failure, hint: continueHint });
  return new TideoverError(
    'binlog-unsupported',
    `the server cannot read its binlog after ${formatPosition(at)}: ${message}`,
    {
      cause: failure,
      hint: 'A position inside an event or a damaged binlog causes this: abort the run and start again.',
    },
  );
}
