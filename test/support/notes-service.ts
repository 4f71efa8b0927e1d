import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import mysql from 'mysql2/promise';
import type { ConnectionSettings } from '../../src/db/dsn.js';

/** The service's table; `filler` makes the copy take some time. */
export const notesDefinition =
  '(id BIGINT UNSIGNED NOT NULL, body VARCHAR(200) NOT NULL, PRIMARY KEY (id), KEY body_1 (body(20))) ENGINE=InnoDB';

/** A small real HTTP service on MariaDB. */
export interface NotesService {
  readonly url: string;
  close(): Promise<void>;
}

const poolSize = 16;

/**
 * `POST /notes/ID` creates a note (201; 409 when it is there already, so a request that was executed twice shows), `DELETE /notes/ID` deletes it
 * (204; 404 when it is not there). An answer is given when the server has committed.
 */
export async function startNotesService(settings: ConnectionSettings, table: string): Promise<NotesService> {
  const { host, port, user, password, database } = settings;
  const pool = mysql.createPool({
    ...{ host, port, user, database, connectionLimit: poolSize },
    ...(password === undefined ? {} : { password }),
  });
  const answer = async (request: IncomingMessage): Promise<number> => {
    const id = /^\/notes\/(\d+)$/.exec(request.url ?? '')?.[1];
    if (id === undefined) return 400;
    if (request.method === 'DELETE') {
      const [result] = await pool.execute<mysql.ResultSetHeader>(`DELETE FROM ${table} WHERE id = ?`, [id]);
      return result.affectedRows === 1 ? 204 : 404;
    }
    await pool.execute(`INSERT INTO ${table} (id, body) VALUES (?, ?)`, [id, `note ${id}`]);
    return 201;
  };
  const server = createServer((request, response: ServerResponse) => {
    request.resume();
    answer(request)
      .catch((error: unknown) => ((error as { errno?: number }).errno === 1062 ? 409 : 500))
      .then((status) => response.writeHead(status).end())
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await pool.end();
    },
  };
}
