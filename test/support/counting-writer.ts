import type { TestDatabase } from './database.js';

/** One session that adds to rows of `items (id, n)`, one after the other, and counts what was acknowledged. */
export interface CountingWriter {
  readonly acknowledged: number;
  /** Resolves when so many more are acknowledged. */
  further(writes: number): Promise<void>;
  /** Stops it; rejects with what any write failed with. */
  stop(): Promise<number>;
}

export async function startCountingWriter(database: TestDatabase, rows: number): Promise<CountingWriter> {
  const session = await database.connect();
  const state = { acknowledged: 0, stopped: false };
  const write = async (): Promise<void> => {
    while (!state.stopped) {
      await session.execute(`UPDATE items SET n = n + 1 WHERE id = ${1 + ((state.acknowledged * 7) % rows)}`);
      state.acknowledged += 1;
    }
  };
  const writing = write().finally(() => session.close());
  writing.catch(() => undefined);
  return {
    get acknowledged() {
      return state.acknowledged;
    },
    further: async (writes) => {
      const until = state.acknowledged + writes;
      // A writer that failed writes no more.
      const failed = writing.then(() => Promise.reject(new Error('the writer has stopped')));
      failed.catch(() => undefined);
      while (state.acknowledged < until) await Promise.race([failed, new Promise((resolve) => setImmediate(resolve))]);
    },
    stop: async () => {
      state.stopped = true;
      await writing;
      return state.acknowledged;
    },
  };
}
