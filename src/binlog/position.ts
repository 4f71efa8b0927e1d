import { TideoverError } from '../errors.js';
import { quoteString } from '../db/quote.js';
import type { Session } from '../db/session.js';
import type { BinlogPosition } from './source.js';

/** Where the server's binlog ends now. Needs BINLOG MONITOR. */
export async function currentPosition(session: Session): Promise<BinlogPosition> {
  const [row] = await session.query('SHOW MASTER STATUS');
  return positionOf(row?.['File'], row?.['Position']);
}

/** The GTID position of a place in the server's log; null when there is no such place. The server reads the file up to there. */
export async function gtidAt(session: Session, { file, offset }: BinlogPosition): Promise<string | null> {
  const { gtid } = await session.queryOne(`SELECT BINLOG_GTID_POS(${quoteString(file)}, ${offset}) AS gtid`);
  return gtid ?? null;
}

/**
 * Opens a read view and returns its exact place in the binlog: every transaction before it is visible, none behind it.
 * The transaction stays open; the caller ends it. The session must not be in one.
 */
export async function snapshotPosition(session: Session): Promise<BinlogPosition> {
  // Under READ COMMITTED the server ignores WITH CONSISTENT SNAPSHOT.
  await session.execute('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
  await session.execute('START TRANSACTION WITH CONSISTENT SNAPSHOT');
  const rows = await session.query("SHOW STATUS LIKE 'binlog_snapshot_%'");
  const values = new Map(rows.map((row) => [row['Variable_name']?.toLowerCase(), row['Value']]));
  return positionOf(values.get('binlog_snapshot_file'), values.get('binlog_snapshot_position'));
}

function positionOf(file: string | null | undefined, offset: string | null | undefined): BinlogPosition {
  if (!file || !offset) {
    throw new TideoverError('server-error', 'the server does not say where its binlog ends', {
      hint: 'Start the server with log_bin.',
    });
  }
  return { file, offset: Number(offset) };
}
