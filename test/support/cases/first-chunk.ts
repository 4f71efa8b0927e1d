import { Session, type StatementResult } from '../../../src/db/session.js';

/**
 * The moment between two chunks, of which the engine tells nobody: the first chunk of a database is copied, no other has begun, and
 * `work` runs before any does.
 */
class FirstChunk {
  readonly #work: () => Promise<void>;
  #passed: Promise<void> | undefined;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  async pass(copy: () => Promise<StatementResult>): Promise<StatementResult> {
    if (this.#passed) {
      await this.#passed;
      return copy();
    }
    let open = (): void => undefined;
    this.#passed = new Promise((resolve) => (open = resolve));
    try {
      const result = await copy();
      await this.#work();
      return result;
    } finally {
      open();
    }
  }
}

const watched = new Map<string, FirstChunk>();

/** Runs `work` once, when the first chunk of the database's tables is copied; returns what ends the watch. */
export function afterFirstChunk(database: string, work: () => Promise<void>): () => void {
  watch();
  watched.set(database, new FirstChunk(work));
  return () => void watched.delete(database);
}

let isWatching = false;

/** Sees every statement of the engine's sessions in this process; passes all on as they are. */
function watch(): void {
  if (isWatching) return;
  isWatching = true;
  const execute: (this: Session, sql: string) => Promise<StatementResult> = Reflect.get(Session.prototype, 'execute');
  // Not a spy of vitest: that keeps every statement it has seen.
  Session.prototype.execute = function (sql) {
    const database = this.purpose === 'copying' ? shadowWritten(sql) : null;
    const chunk = database === null ? undefined : watched.get(database);
    return chunk ? chunk.pass(() => execute.call(this, sql)) : execute.call(this, sql);
  };
}

/** The database whose shadow a statement fills. */
function shadowWritten(sql: string): string | null {
  return /^(?:REPLACE|INSERT) INTO `(\w+)__shadow`/.exec(sql)?.[1] ?? null;
}
