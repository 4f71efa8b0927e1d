import { setTimeout as delay } from 'node:timers/promises';
import { quoteString } from '../../../src/db/quote.js';
import type { Session } from '../../../src/db/session.js';
import { runLockName } from '../../../src/journal/run-lock.js';

/**
 * What an engine left on the server: schemas, tables beside the database's own, sessions of its user (and with them every lock), its advisory lock. Looked for until
 * nothing is left or `patienceMs` is over: a session that was closed is seen for a moment longer, and that of the binlog until it has noticed.
 */
export async function leftoversOf(
  session: Session,
  database: string,
  engineUser: string,
  { patienceMs }: { readonly patienceMs: number },
): Promise<string[]> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const found = await look(session, database, engineUser);
    if (found.length === 0 || Date.now() > deadline) return found;
    await delay(20);
  }
}

async function look(session: Session, database: string, engineUser: string): Promise<string[]> {
  const schemas = await session.query(
    `SELECT SCHEMA_NAME s FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE ${quoteString(`${database.replaceAll('_', '\\_')}\\_\\_%`)}`,
  );
  const helpers = await session.query(
    `SELECT TABLE_NAME t FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteString(database)} AND TABLE_NAME LIKE '$%'`,
  );
  const sessions = (await session.query('SHOW FULL PROCESSLIST')).filter((row) => row['User'] === engineUser);
  const lock = await session.queryOne(`SELECT IS_USED_LOCK(${quoteString(runLockName(database))}) AS holder`);
  return [
    ...schemas.map((row) => `the schema ${row['s'] ?? ''}`),
    ...helpers.map((row) => `the table ${row['t'] ?? ''}`),
    ...sessions.map((row) => `a session (${row['Command'] ?? ''}: ${row['Info'] ?? row['State'] ?? ''})`),
    ...(lock['holder'] === null ? [] : ['the run lock']),
  ];
}
