import { currentPosition, openTail, type TailOptions } from '../../src/binlog/tail.js';
import type { BinlogPosition, BinlogSource, ChangeSink, Reference, WatchedTable } from '../../src/binlog/source.js';
import { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import { readTable } from '../../src/schema/introspect.js';
import type { DriverKey } from '../../src/schema/table.js';
import type { TestServer } from './server.js';

/** Writes down what a tail says, as `table kind key`; `commit` where a transaction of the watched tables ended. */
export class Recorder implements ChangeSink {
  readonly lines: string[] = [];
  /** Every position that was handed to `commit`. */
  readonly commits: BinlogPosition[] = [];
  /** How many changes had been told before each of `commits`. */
  readonly toldBefore: number[] = [];
  readonly #watched: readonly WatchedTable[];
  #open = false;
  #told = 0;

  constructor(watched: readonly WatchedTable[]) {
    this.#watched = watched;
  }

  change(table: number, kind: string, key: string): void {
    this.#tell(`${this.#watched[table]!.table} ${kind} ${key}`);
  }

  referenced(table: number, list: number, { kind, gone, now, key }: Reference): void {
    this.#tell(`${this.#watched[table]!.table}.${list} ${kind} ${gone} → ${now}${key === null ? '' : ` of ${key}`}`);
  }

  commit(position: BinlogPosition): void {
    this.commits.push(position);
    this.toldBefore.push(this.#told);
    if (this.#open) this.lines.push('commit');
    this.#open = false;
  }

  #tell(line: string): void {
    this.#open = true;
    this.#told++;
    this.lines.push(line);
  }

  /** What was written down, without the ends of transactions, since the last call. */
  take(): string[] {
    return this.lines.splice(0).filter((line) => line !== 'commit');
  }
}

/** The table as a run would watch it, by its primary key. */
export async function watch(
  session: Session,
  schema: string,
  table: string,
): Promise<WatchedTable & { readonly key: DriverKey }> {
  const source = await readTable(session, { schema, table });
  const primary = source?.indexes.find((index) => index.name === 'PRIMARY');
  if (!source || !primary) throw new Error(`no table with a primary key: ${table}`);
  const columns = primary.parts.map((part) => source.columns.find((column) => column.name === part.column)!);
  return { table, source, key: { indexName: 'PRIMARY', columns, shadowColumns: columns, byteExact: true } };
}

export interface Recording extends AsyncDisposable {
  readonly tail: BinlogSource;
  readonly recorder: Recorder;
  /** Waits for the tail to be where the log ends now, and takes what it said. */
  settle(): Promise<string[]>;
}

/** A tail over `watched` from `from`, by default from where the log ends now. */
export async function record(
  server: TestServer,
  session: Session,
  watched: readonly WatchedTable[],
  options: Partial<Pick<TailOptions, 'from' | 'heartbeatMs'>> = {},
): Promise<Recording> {
  const recorder = new Recorder(watched);
  const from = options.from ?? (await currentPosition(session));
  const tail = await openTail({
    server: new Server(server.settings('mysql')),
    watched,
    sink: recorder,
    ...options,
    from,
  });
  return {
    tail,
    recorder,
    settle: async () => {
      await tail.reached(await currentPosition(session), 30_000);
      return recorder.take();
    },
    [Symbol.asyncDispose]: () => tail.stop(),
  };
}
