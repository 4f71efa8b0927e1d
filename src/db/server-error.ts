import { TideoverError, type ErrorCode } from '../errors.js';

/** Error numbers of MariaDB that the engine reacts to. Source: MariaDB's errmsg-utf8.txt. */
export const errno = {
  dupEntry: 1062,
  parseError: 1064,
  diskFull: 1021,
  recordFileFull: 1114,
  accessDenied: 1045,
  dbAccessDenied: 1044,
  specificAccessDenied: 1227,
  tableAccessDenied: 1142,
  columnAccessDenied: 1143,
  routineAccessDenied: 1370,
  unknownDatabase: 1049,
  noSuchTable: 1146,
  tableExists: 1050,
  cantDrop: 1091,
  lockWaitTimeout: 1205,
  deadlock: 1213,
  queryInterrupted: 1317,
  statementTimeout: 1969,
  connectionKilled: 1927,
  masterFatalReadingBinlog: 1236,
} as const;

/**
 * The server refuses a row's values: NULL into NOT NULL, duplicate, too long, out of range, invalid, truncated, no partition,
 * CHECK violated, foreign key violated.
 */
const rowRefusals = new Set([1048, 1062, 1264, 1265, 1292, 1366, 1406, 1411, 1452, 1526, 1690, 4025]);

/** A statement that the server refused, or a connection that broke while it ran. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  /** The server's error number; 0 when the connection itself failed. */
  readonly errno: number;
  readonly sqlState: string;
  readonly connectionLost: boolean;
  readonly sql: string;

  constructor(fields: {
    message: string;
    errno: number;
    sqlState: string;
    connectionLost: boolean;
    sql: string;
    cause: unknown;
  }) {
    super(fields.message, { cause: fields.cause });
    this.errno = fields.errno;
    this.sqlState = fields.sqlState;
    this.connectionLost = fields.connectionLost;
    this.sql = fields.sql;
  }

  /** A wait for a row lock or a metadata lock that ended by its timeout or as a deadlock's victim; the same statement may succeed later. */
  get isLockFailure(): boolean {
    return this.errno === errno.lockWaitTimeout || this.errno === errno.deadlock;
  }

  /** The values of some row cannot be stored; sending the statement again cannot help. */
  get refusesRow(): boolean {
    return rowRefusals.has(this.errno);
  }
}

const lostCodes = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ECONNREFUSED',
  'ENOENT',
  'ENOTFOUND',
  'EHOSTUNREACH',
]);

/** Wraps what mysql2 threw; a ServerError passes unchanged. */
export function serverErrorOf(error: unknown, sql: string): ServerError {
  if (error instanceof ServerError) return error;
  const fields = error as { code?: string; errno?: number; sqlState?: string; message?: string; fatal?: boolean };
  const number = fields.errno !== undefined && fields.errno > 0 ? fields.errno : 0;
  // mysql2 errors without a code when a held connection was closed under it.
  const lost =
    lostCodes.has(fields.code ?? '') ||
    number === errno.connectionKilled ||
    number === 1053 || // server shutdown in progress
    (number === 0 && /clos(ed|ing)|connection/i.test(fields.message ?? ''));
  return new ServerError({
    message: fields.message ?? String(error),
    errno: number,
    sqlState: fields.sqlState ?? '',
    connectionLost: lost,
    sql,
    cause: error,
  });
}

/** ENOSPC, HA_ERR_RECORD_FILE_FULL: inside a general error ("Can't create table", "Error writing file", "Got error 28 … from storage engine"). */
const fullDisk = /\b(?:errno:|Errcode:|error) (?:28|135)\b/i;

/** The catalogue's code for a server failure that nobody handled closer to its cause. */
export function codeOf(error: ServerError): keyof typeof hints {
  if (error.connectionLost) return 'connection-lost';
  switch (error.errno) {
    case errno.accessDenied:
    case errno.dbAccessDenied:
    case errno.specificAccessDenied:
    case errno.tableAccessDenied:
    case errno.columnAccessDenied:
    case errno.routineAccessDenied:
      return 'access-denied';
    case errno.diskFull:
    case errno.recordFileFull:
      return 'disk-full';
    default:
      return fullDisk.test(error.message) ? 'disk-full' : 'server-error';
  }
}

const hints = {
  'connection-lost': 'Run the same command again when the server can be reached.',
  'access-denied':
    'Grant the account what it lacks: `tideover plan` prints the GRANTs. Then run the same command again.',
  'disk-full': 'Make room on the server, then run the same command again.',
  'server-error': 'Mend what the server complains about, then run the same command again.',
} as const satisfies Partial<Record<ErrorCode, string>>;

/** Any thrown value as a TideoverError, for the one place that reports it. */
export function asTideoverError(error: unknown): TideoverError {
  if (error instanceof TideoverError) return error;
  if (error instanceof ServerError) {
    const statement = error.sql.length > 300 ? `${error.sql.slice(0, 300)}…` : error.sql;
    const code = codeOf(error);
    const number = error.errno === 0 ? '' : ` (error ${error.errno})`;
    return new TideoverError(code, `${error.message}${number}`, {
      cause: error,
      facts: { statement },
      hint: hints[code],
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new TideoverError('internal-error', message, {
    cause: error,
    hint: 'This is a defect of Tideover; please report it with the stack.',
  });
}
