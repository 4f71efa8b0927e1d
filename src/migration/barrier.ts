import { continuationOf } from '../binlog/continuation.js';
import { currentPosition } from '../binlog/position.js';
import type { BinlogPosition, WatchedTable } from '../binlog/source.js';
import { openTail } from '../binlog/tail.js';
import type { Server } from '../db/server.js';
import { TideoverError } from '../errors.js';
import { chooseKey } from '../plan/driver-key.js';
import { leaving, placeAfterRename, type CutoverChange } from '../cutover/change.js';
import { readTable } from '../schema/introspect.js';
import { isKeyTypeSupported } from '../schema/key-literal.js';
import { retiredSchemaOf } from '../schema/names.js';
import type { DriverKey, KeyLiteral, Table } from '../schema/table.js';

/** How long reading the log from the lock to the RENAME may take. */
const deadlineMs = 60_000;

/** Rows of one table that the service wrote between the lock and the swap: the retired table has them, the new one lacks them. */
export interface LostRows {
  readonly table: string;
  readonly keys: readonly KeyLiteral[];
}

/**
 * Reads the log again from where the sources were locked to the RENAME's own event, which is the barrier: a row event of a source in between is a
 * write that the new tables lack (I2). There must be none. Works with nothing but the retired tables, so also after a crash.
 * Null when it cannot be known: the log is gone, or a retired table is.
 */
export async function writesAfterLock(
  server: Server,
  change: CutoverChange,
  locked: BinlogPosition,
): Promise<readonly LostRows[] | null> {
  const watched = await retiredTables(server, change);
  if (watched === null) return null;
  const lost = watched.map(({ table }) => ({ table, keys: new Set<KeyLiteral>() }));
  try {
    const tail = await openTail({
      server,
      from: await continuationOf(server, locked),
      watched,
      sink: { change: (table, _kind, key) => lost[table]!.keys.add(key), commit: () => undefined },
    });
    // The tail lets go of the tables at the RENAME: what comes after it went into the new ones.
    const now = await server.withSession('reading the log position', currentPosition);
    await tail.reached(now, deadlineMs).finally(() => tail.stop());
  } catch (error) {
    if (error instanceof TideoverError && error.code === 'binlog-purged') return null;
    throw error;
  }
  return lost.flatMap(({ table, keys }) => (keys.size === 0 ? [] : [{ table, keys: [...keys] }]));
}

/** The sources as they were, under the names they had. A source with triggers may not have arrived in the retired schema yet. */
async function retiredTables(server: Server, change: CutoverChange): Promise<WatchedTable[] | null> {
  return server.withSession('reading the retired tables', async (session) => {
    const watched: WatchedTable[] = [];
    for (const left of leaving(change)) {
      const retired =
        (await readTable(session, left.retired)) ?? (await readTable(session, placeAfterRename(change, left)));
      if (retired === null) return null;
      const source = { ...retired, name: left.source };
      const key = keyOf(source);
      if (key === null) return null;
      watched.push({ table: left.source.table, source, key });
    }
    return watched;
  });
}

/** A table that was not copied may have no key to tell its rows apart; that one was written is seen by any column. */
function keyOf(source: Table): DriverKey | null {
  const columns = source.columns.map((column) => ({ source: column, shadow: column, expression: null }));
  const key = chooseKey(source, source, columns);
  if (key !== null) return key;
  const column = source.columns.find(isKeyTypeSupported);
  return column ? { indexName: '', columns: [column], shadowColumns: [column], byteExact: false } : null;
}

/** Rows, over all tables; null when they cannot be known. */
export function countLost(lost: readonly LostRows[] | null): number | null {
  return lost && lost.reduce((sum, { keys }) => sum + keys.length, 0);
}

/** The failure to report when rows were lost; everything else about the run is finished then. */
export function lostWritesError(database: string, lost: readonly LostRows[]): TideoverError {
  const where = lost.map(({ table, keys }) => `${table} (${keys.length})`).join(', ');
  return new TideoverError(
    'lost-writes',
    `${countLost(lost) ?? 0} row(s) were written between the lock and the swap: ${where}`,
    {
      facts: { lost: lost.map(({ table, keys }) => ({ table, keys: keys.slice(0, 1000) })) },
      hint: `The new tables are live. Compare the named rows with those in ${retiredSchemaOf(database)}, which has them.`,
    },
  );
}
