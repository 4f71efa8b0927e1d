import type { Session } from '../db/session.js';
import { quoteString } from '../db/quote.js';
import type { Plan } from '../plan/plan.js';
import { bytesNeeded } from '../preflight/checks/disk-space.js';

/** What can be said before a run. */
export interface PlanForecast {
  /** The server's estimate, over all tables that are copied. */
  readonly rows: number;
  readonly diskNeededBytes: number;
  /** Copying and comparing, on an idle server; from the speeds that were met in practice. Seconds. */
  readonly durationS: { readonly low: number; readonly high: number };
  /** The binlog's growth, on the mean since the server's start. Bytes per second. */
  readonly loggedBytesPerS: number;
  /** How long the server keeps its binlog: so long a run may stay stopped. Null when it does not purge by age. Seconds. */
  readonly logKeptS: number | null;
}

/** Rows per second that were copied, and then compared, on servers from two cores and slow disks to large ones. */
const rowsPerS = { least: 15_000, most: 200_000 };

export async function planForecast(session: Session, plan: Plan): Promise<PlanForecast> {
  const names = plan.tables.map(({ table }) => quoteString(table)).join(',') || 'NULL';
  const { n } = await session.queryOne(
    `SELECT COALESCE(SUM(TABLE_ROWS), 0) AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteString(plan.database)} AND TABLE_NAME IN (${names})`,
  );
  const status = await session.query("SHOW GLOBAL STATUS WHERE Variable_name IN ('Binlog_bytes_written', 'Uptime')");
  const value = (name: string): number =>
    Number(status.find((row) => row['Variable_name']?.toLowerCase() === name)?.['Value'] ?? 0);
  const [expiry] = await session.query("SHOW GLOBAL VARIABLES LIKE 'binlog_expire_logs_seconds'");
  const rows = Number(n);
  return {
    rows,
    diskNeededBytes: Math.round(await bytesNeeded(session, plan)),
    durationS: { low: Math.ceil(rows / rowsPerS.most), high: Math.ceil(rows / rowsPerS.least) },
    loggedBytesPerS: Math.round(value('binlog_bytes_written') / Math.max(value('uptime'), 1)),
    logKeptS: Number(expiry?.['Value'] ?? 0) || null,
  };
}
