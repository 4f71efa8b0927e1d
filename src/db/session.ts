import type { Socket } from 'node:net';
import mysql from 'mysql2/promise';
import { serverErrorOf } from './server-error.js';

/** A result row: every value as the server's text, NULL as null. Exact for every type; binary columns are asked for as HEX(). */
export type Row = Readonly<Record<string, string | null>>;

/** What a statement without a result set reports. */
export interface StatementResult {
  readonly affectedRows: number;
  /** `Records: N` of INSERT/REPLACE … SELECT, else 0. */
  readonly records: number;
  readonly warnings: number;
}

/**
 * One connection with the settings it was opened with. Statements run one at a time, in the order of the calls.
 * Every failure is a `ServerError` (errno, sqlState) or, when the connection is gone, has `connectionLost`.
 */
export class Session {
  readonly id: number;
  readonly purpose: string;
  #connection: mysql.Connection;
  #lost: Error | undefined;

  private constructor(connection: mysql.Connection, purpose: string) {
    this.#connection = connection;
    this.purpose = purpose;
    this.id = connection.threadId;
    // A held connection that dies emits an error event; without a listener it would end the process.
    connection.on('error', (error: Error) => (this.#lost ??= error));
  }

  /** `opening` gets the socket before the first statement waits for an answer on it. */
  static async open(
    options: mysql.ConnectionOptions,
    purpose: string,
    setup: readonly string[],
    opening: (socket: Socket) => void,
  ): Promise<Session> {
    let connection: mysql.Connection | undefined;
    try {
      connection = await mysql.createConnection({
        ...options,
        charset: 'UTF8MB4_GENERAL_CI',
        // Text protocol and no conversion: a number that JavaScript cannot hold is never rounded.
        typeCast: (field) => field.string('utf8'),
        supportBigNumbers: true,
        bigNumberStrings: true,
      });
      const session = new Session(connection, purpose);
      opening(session.socket);
      for (const statement of setup) await session.execute(statement);
      return session;
    } catch (error) {
      connection?.destroy();
      throw serverErrorOf(error, `opening a session for ${purpose}`);
    }
  }

  /** True once the connection is known to be gone. */
  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** Runs a statement that returns rows. */
  async query(sql: string): Promise<Row[]> {
    const rows = await this.#run(sql);
    return rows as Row[];
  }

  /** Runs a statement that returns exactly one row; anything else is a defect of the caller. */
  async queryOne(sql: string): Promise<Row> {
    const rows = await this.query(sql);
    const [row] = rows;
    if (!row || rows.length > 1) throw new Error(`expected one row, got ${rows.length}: ${sql.slice(0, 200)}`);
    return row;
  }

  /** Runs a statement without a result set. */
  async execute(sql: string): Promise<StatementResult> {
    const result = (await this.#run(sql)) as mysql.ResultSetHeader;
    const records = /Records: (\d+)/.exec(result.info)?.[1] ?? '0';
    return { affectedRows: result.affectedRows, records: Number(records), warnings: result.warningStatus };
  }

  async #run(sql: string): Promise<unknown> {
    try {
      const [result] = await this.#connection.query(sql);
      return result;
    } catch (error) {
      throw serverErrorOf(this.#lost ?? error, sql);
    }
  }

  /** Ends the connection in an orderly way; a connection that is gone already is fine. */
  async close(): Promise<void> {
    try {
      await this.#connection.end();
    } catch {
      this.destroy();
    }
  }

  get socket(): Socket {
    return (this.#connection as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream;
  }

  /** Cuts the socket at once; the server then rolls back and releases what the session held. A statement under way rejects with `connectionLost`. */
  destroy(): void {
    this.#lost ??= Object.assign(new Error('the connection was given up'), { code: 'PROTOCOL_CONNECTION_LOST' });
    // mysql2's own destroy leaves a statement that gets no answer any more waiting for ever.
    this.socket.destroy(this.#lost);
  }
}
