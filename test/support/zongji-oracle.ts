import { randomInt } from 'node:crypto';
import ZongJi from '@vlasky/zongji';
import type { BinlogPosition } from '../../src/binlog/source.js';
import { Server } from '../../src/db/server.js';
import type { TestDatabase } from './database.js';

/** One row, as zongji decodes it, by the columns' names. */
export type ZongjiRow = Readonly<Record<string, unknown>>;

interface ZongjiEvent {
  readonly tableMap?: Record<number, { readonly tableName: string } | undefined>;
  readonly tableId?: number;
  readonly rows?: readonly ZongjiRow[];
  getEventName(): string;
}

/**
 * The changes of the database's tables from `from` on until the first row of the table `marker`, in the lines of a `Recorder`, decoded by zongji.
 * `key` makes a table's key literal of a row.
 */
export async function decodedByZongji(
  db: TestDatabase,
  from: BinlogPosition,
  key: (table: string, row: ZongjiRow) => string,
): Promise<string[]> {
  const { connectionOptions } = new Server(db.settings);
  const zongji = new ZongJi({ ...connectionOptions, dateStrings: true, timezone: 'Z', supportBigNumbers: true });
  const lines: string[] = [];
  const finished = new Promise<void>((resolve, reject) => {
    zongji.on('error', reject);
    zongji.on('binlog', (emitted) => {
      const event = emitted as unknown as ZongjiEvent;
      const name = event.tableMap?.[event.tableId!]?.tableName;
      if (name === undefined || event.rows === undefined) return;
      if (name === 'marker') {
        resolve();
        return;
      }
      const kind = event.getEventName();
      for (const changed of event.rows) {
        if (kind === 'updaterows') {
          const [before, after] = [key(name, changed['before'] as ZongjiRow), key(name, changed['after'] as ZongjiRow)];
          if (before !== after) lines.push(`${name} deleted ${before}`);
          lines.push(`${name} written ${after}`);
        } else lines.push(`${name} ${kind === 'writerows' ? 'written' : 'deleted'} ${key(name, changed)}`);
      }
    });
  });
  zongji.start({
    serverId: randomInt(1, 2 ** 32 - 1),
    filename: from.file,
    position: from.offset,
    includeEvents: ['tablemap', 'writerows', 'updaterows', 'deleterows', 'rotate'],
    includeSchema: { [db.name]: true },
  });
  try {
    await finished;
  } finally {
    const stopped = new Promise<void>((resolve) => zongji.once('stopped', () => resolve()));
    zongji.stop();
    await stopped;
  }
  return lines;
}
