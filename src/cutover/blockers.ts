import { ServerError } from '../db/server-error.js';
import { quoteString } from '../db/quote.js';
import type { Row, Session } from '../db/session.js';
import type { TableName } from '../schema/names.js';
import { tokenize } from '../util/sql-tokens.js';
import type { Blocker } from './contract.js';
import { isWaitingForTable } from './guards.js';

/** More would not be read. */
const maxBlockers = 10;
const maxStatementLength = 200;
/** The processlist's `Command` of sessions that are the server's own or a replica's. */
const systemCommands = /^(Daemon|Binlog Dump|Slave_|Slave)/i;

/** The server's clock as INNODB_TRX uses it: local time, whatever the session's time zone. */
const localNow = "CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', 'SYSTEM')";

/** The server's local time in whole seconds, for `openTransactions`. */
export async function serverTime(session: Session): Promise<string> {
  return (await session.queryOne(`SELECT ${localNow} AS now`))['now']!;
}

/** Age in seconds of the open InnoDB transactions by session id; `startedBy` is a `serverTime`. Empty without the PROCESS privilege. */
export async function openTransactions(session: Session, startedBy?: string): Promise<ReadonlyMap<number, number>> {
  const older = startedBy === undefined ? '' : ` AND trx_started <= ${quoteString(startedBy)}`;
  const rows = await unlessRefused(
    session.query(
      `SELECT trx_mysql_thread_id AS id, TIMESTAMPDIFF(SECOND, trx_started, ${localNow}) AS seconds ` +
        `FROM information_schema.INNODB_TRX WHERE trx_mysql_thread_id > 0${older}`,
    ),
  );
  return new Map(rows.map((row) => [Number(row['id']), Number(row['seconds'])]));
}

/** Who has a metadata lock on one of the tables; null when the plugin METADATA_LOCK_INFO is not loaded. */
export async function lockHolders(session: Session, tables: readonly TableName[]): Promise<ReadonlySet<number> | null> {
  const wanted = tables.map(
    (t) => `(TABLE_SCHEMA = ${quoteString(t.schema)} AND TABLE_NAME = ${quoteString(t.table)})`,
  );
  const loaded = await session.query(
    "SELECT 1 FROM information_schema.PLUGINS WHERE PLUGIN_NAME = 'METADATA_LOCK_INFO' AND PLUGIN_STATUS = 'ACTIVE'",
  );
  if (loaded.length === 0) return null;
  const rows = await session.query(
    `SELECT DISTINCT THREAD_ID AS id FROM information_schema.METADATA_LOCK_INFO WHERE ${wanted.join(' OR ')}`,
  );
  return new Set(rows.map((row) => Number(row['id'])));
}

/**
 * The sessions that most likely keep us from the tables, surest first. Exact with the plugin METADATA_LOCK_INFO; else sessions with an open
 * transaction or a running statement, oldest first. Takes a few ms; not for polling.
 */
export async function findBlockers(
  session: Session,
  tables: readonly TableName[],
  ours: ReadonlySet<number>,
): Promise<readonly Blocker[]> {
  const holders = await lockHolders(session, tables);
  const ages = await openTransactions(session);
  const list = (await session.query('SHOW FULL PROCESSLIST')).filter((row) => {
    const id = Number(row['Id']);
    if (ours.has(id) || id === session.id || systemCommands.test(row['Command'] ?? '')) return false;
    if (holders) return holders.has(id);
    return ages.has(id) || (row['Command'] !== 'Sleep' && !isWaitingForTable(row));
  });
  const blockers = list.map((row) => ({
    blocker: blockerOf(row, ages.get(Number(row['Id']))),
    rank: rankOf(row, tables),
  }));
  blockers.sort(
    (a, b) =>
      Number(a.rank === waits) - Number(b.rank === waits) || b.blocker.seconds - a.blocker.seconds || a.rank - b.rank,
  );
  return blockers.slice(0, maxBlockers).map(({ blocker }) => blocker);
}

function blockerOf(row: Row, transactionAge: number | undefined): Blocker {
  const statement = (row['Info'] ?? '').replaceAll(/\s+/g, ' ').trim();
  return {
    id: Number(row['Id']),
    user: row['User'] ?? '',
    host: row['Host'] ?? '',
    command: row['Command'] ?? '',
    seconds: Math.max(0, Number(row['Time'] ?? 0), transactionAge ?? 0),
    state: row['State'] ?? '',
    statement: statement.length > maxStatementLength ? `${statement.slice(0, maxStatementLength)}…` : statement,
  };
}

/** It waits for a lock itself, perhaps for ours. */
const waits = 2;

/** 0: its statement names a table of ours; 1: it sits in a transaction. */
function rankOf(row: Row, tables: readonly TableName[]): number {
  if (isWaitingForTable(row)) return waits;
  const statement = (row['Info'] ?? '').toLowerCase();
  return tables.some((name) => statement.includes(name.table.toLowerCase())) ? 0 : 1;
}

/** Statements that change or replace a table, or lock it for themselves. */
const exclusiveVerbs = new Set(['ALTER', 'CREATE', 'DROP', 'LOCK', 'OPTIMIZE', 'RENAME', 'REPAIR', 'TRUNCATE']);

/** The first statement of another session that waits for an exclusive lock on one of the tables, as far as its text tells. */
export function waitingDdl(
  processlist: readonly Row[],
  tables: readonly TableName[],
  ours: ReadonlySet<number>,
): string | undefined {
  const names = new Set(tables.map((name) => name.table.toLowerCase()));
  const ddl = processlist.find((row) => {
    if (ours.has(Number(row['Id'])) || !isWaitingForTable(row)) return false;
    const tokens = tokenize(row['Info'] ?? '');
    return (
      exclusiveVerbs.has(tokens[0]?.text.toUpperCase() ?? '') &&
      tokens.some((token) => names.has(token.text.toLowerCase()))
    );
  });
  return ddl?.['Info']?.slice(0, maxStatementLength);
}

/** One line of a report. */
export function describeBlocker(blocker: Blocker): string {
  const doing = blocker.statement === '' ? 'idle in a transaction' : blocker.statement;
  return `session ${blocker.id} (${blocker.user}@${blocker.host}, ${blocker.seconds} s): ${doing}`;
}

async function unlessRefused(rows: Promise<Row[]>): Promise<Row[]> {
  try {
    return await rows;
  } catch (error) {
    if (error instanceof ServerError && !error.connectionLost) return [];
    throw error;
  }
}
