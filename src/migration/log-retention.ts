import type { Contact } from '../db/contact.js';
import type { BinlogPosition } from '../binlog/source.js';

/** What the server has of its binlog, and when it will purge it. */
export interface KeptLog {
  /** Oldest first; sizes in bytes. */
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  /** Files are purged at this age; 0 for never. Seconds. */
  readonly expireS: number;
  /** Files are purged while all together are larger; 0 for no limit, and on servers that have none. Bytes. */
  readonly maxTotalBytes: number;
  /** The server's clock, s since 1970. */
  readonly nowS: number;
}

/** Needs BINLOG MONITOR. */
export async function readKeptLog(contact: Pick<Contact, 'query'>): Promise<KeptLog> {
  const files = await contact.query('SHOW BINARY LOGS');
  const variables = await contact.query(
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('binlog_expire_logs_seconds', 'max_binlog_total_size')",
  );
  const [clock] = await contact.query('SELECT UNIX_TIMESTAMP() AS now');
  const variable = (name: string): number =>
    Number(variables.find((row) => row['Variable_name'] === name)?.['Value'] ?? 0);
  return {
    files: files.map((row) => ({ name: row['Log_name'] ?? '', bytes: Number(row['File_size'] ?? 0) })),
    expireS: variable('binlog_expire_logs_seconds'),
    maxTotalBytes: variable('max_binlog_total_size'),
    nowS: Number(clock?.['now']),
  };
}

/** Bytes of log from a position to the end. */
export function bytesAfter({ files }: KeptLog, { file, offset }: BinlogPosition): number {
  const at = files.findIndex(({ name }) => name === file);
  if (at < 0) return 0;
  return files.slice(at).reduce((sum, { bytes }) => sum + bytes, 0) - offset;
}

/**
 * For how long the server keeps the log from `needed` on: so long a run may stay paused, or stopped. Null when nothing limits it. A file is as old as what
 * was logged last in it, so what was logged at the position is never younger than the answer assumes.
 */
export function keptForS(
  log: KeptLog,
  needed: { readonly position: BinlogPosition; readonly loggedAtS: number | null },
  writtenBytesPerS: number,
): number | null {
  const { files, expireS, maxTotalBytes, nowS } = log;
  const { position, loggedAtS } = needed;
  if (!files.some(({ name }) => name === position.file)) return 0;
  const limits: number[] = [];
  if (expireS > 0) {
    // The file that is written now is purged when it is as old after its end.
    const isCurrent = files.at(-1)?.name === position.file;
    if (isCurrent) limits.push(expireS);
    else if (loggedAtS !== null) limits.push(Math.max(0, expireS - (nowS - loggedAtS)));
  }
  if (maxTotalBytes > 0 && writtenBytesPerS > 0) {
    const kept = bytesAfter(log, { ...position, offset: 0 });
    limits.push(Math.max(0, Math.floor((maxTotalBytes - kept) / writtenBytesPerS)));
  }
  return limits.length === 0 ? null : Math.min(...limits);
}
