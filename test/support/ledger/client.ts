import mysql, { type ResultSetHeader } from 'mysql2/promise';
import type { ConnectionSettings } from '../../../src/db/dsn.js';
import type { ColumnKind, LedgerRow, Shape } from './shapes.js';

/** The engine's own session class is not used here: what checks the engine shares as little with it as it can. */
export interface ClientFailure {
  /** The server's number, 0 when the connection broke. */
  readonly errno: number;
  readonly lost: boolean;
  readonly message: string;
}

/** ER_CONNECTION_KILLED, ER_SERVER_SHUTDOWN: the server says them while it closes the connection. */
const closingErrnos = new Set([1927, 1053]);

/** Throws what neither the server nor the network said. */
export function failureOf(error: unknown): ClientFailure {
  const { errno, code, fatal, message } = error as { errno?: number; code?: string; fatal?: boolean; message?: string };
  const number = errno !== undefined && errno > 0 ? errno : 0;
  // A fault of the harness is neither the server's nor the network's.
  if (number === 0 && code === undefined && fatal !== true) throw error;
  return { errno: number, lost: number === 0 || closingErrnos.has(number), message: message ?? String(error) };
}

/** One connection of the service. */
export class Client {
  readonly #connection: mysql.Connection;

  private constructor(connection: mysql.Connection) {
    this.#connection = connection;
    // Without a listener a connection that breaks while idle would end the process; the next statement reports it.
    connection.on('error', () => undefined);
  }

  static async open(settings: ConnectionSettings): Promise<Client> {
    return new Client(
      await mysql.createConnection({
        user: settings.user,
        database: settings.database,
        ...(settings.password === undefined ? {} : { password: settings.password }),
        ...(settings.socketPath === undefined
          ? { host: settings.host, port: settings.port }
          : { socketPath: settings.socketPath }),
        charset: 'UTF8MB4_GENERAL_CI',
        typeCast: (field) => field.string('utf8'),
        supportBigNumbers: true,
        bigNumberStrings: true,
      }),
    );
  }

  /** The server's number of this session. */
  get id(): number {
    return this.#connection.threadId;
  }

  async query(sql: string): Promise<LedgerRow[]> {
    const [rows] = await this.#connection.query(sql);
    return rows as LedgerRow[];
  }

  async execute(sql: string): Promise<ResultSetHeader> {
    const [result] = await this.#connection.query<ResultSetHeader>(sql);
    return result;
  }

  /** Calls `each` for every row, without holding them all. */
  async stream(sql: string, each: (row: LedgerRow) => void): Promise<void> {
    // The promise API has no streams; the callback connection under it has.
    const raw = (this.#connection as unknown as { connection: import('mysql2').Connection }).connection;
    await new Promise<void>((resolve, reject) => {
      raw.query(sql).on('result', each).on('error', reject).on('end', resolve);
    });
  }

  async close(): Promise<void> {
    await this.#connection.end().catch(() => this.#connection.destroy());
  }
}

export function literalOf(value: string | null, kind: ColumnKind): string {
  if (value === null) return 'NULL';
  if (kind === 'number') return value;
  if (kind === 'binary') return `x'${value}'`;
  return mysql.escape(value);
}

/** What of a shape its statements are made of. */
export type Columned = Pick<Shape, 'columns' | 'keyColumns'>;

/** The shape's columns as the model keeps them, comma-separated. */
export function selectList(shape: Columned): string {
  return shape.columns.map(({ name, kind }) => (kind === 'binary' ? `HEX(${name}) AS ${name}` : name)).join(', ');
}

const kindOf = (shape: Columned, column: string) => shape.columns.find(({ name }) => name === column)!.kind;

/** `a = 1, b = 'x'` */
export function assignments(shape: Columned, row: LedgerRow): string {
  return Object.entries(row)
    .map(([column, value]) => `${column} = ${literalOf(value, kindOf(shape, column))}`)
    .join(', ');
}

/** `(1, 'x')` in the order of `columns`. */
export function tupleOf(shape: Columned, columns: readonly string[], row: LedgerRow): string {
  return `(${columns.map((column) => literalOf(row[column] ?? null, kindOf(shape, column))).join(', ')})`;
}

/** A condition that is true for exactly these keys. */
export function whereKeys(shape: Columned, keys: readonly LedgerRow[]): string {
  const [first, ...others] = keys;
  if (first && others.length === 0) {
    // UPDATE and DELETE scan the whole table for `(a, b) = (1, 2)` and lock it.
    return shape.keyColumns.map((column) => assignments(shape, { [column]: first[column]! })).join(' AND ');
  }
  const tuples = keys.map((key) => tupleOf(shape, shape.keyColumns, key));
  return `(${shape.keyColumns.join(', ')}) IN (${tuples.join(', ')})`;
}
