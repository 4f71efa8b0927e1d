import { quoteId, quoteString } from '../db/quote.js';
import { ServerError } from '../db/server-error.js';
import type { Session } from '../db/session.js';
import { quoteTable, sentryTable, type TableName } from '../schema/names.js';

/** How a sentry is told from somebody's table. */
const sentryComment = 'tideover sentry: a cutover was under way; safe to drop';

/** The sentry's name. In the shadow schema: in the retired one, the constraints of the table that passes it would meet those of its source. */
export function sentryNameIn(shadowSchema: string): TableName {
  return { schema: shadowSchema, table: sentryTable };
}

/**
 * A table under a name that RENAME passes first. While it stands, B's RENAME ends in 1050 with nothing done, whatever became of the guards
 * and even of the engine.
 */
export async function placeSentry(session: Session, name: TableName): Promise<void> {
  // MEMORY: nothing but a definition to drop while writers wait.
  await session.execute(
    `CREATE TABLE ${quoteTable(name)} (${quoteId('sentry')} INT) ENGINE=MEMORY COMMENT=${quoteString(sentryComment)}`,
  );
}

export async function dropSentry(session: Session, name: TableName): Promise<void> {
  await session.execute(`DROP TABLE ${quoteTable(name)}`);
}

/** Drops the name only when it is a sentry. Returns whether it was. */
export async function dropLeftSentry(session: Session, name: TableName): Promise<boolean> {
  if (!(await isSentry(session, name))) return false;
  try {
    await dropSentry(session, name);
  } catch (error) {
    if (!(error instanceof ServerError && error.errno === unknownTable)) throw error;
  }
  return true;
}

/** ER_BAD_TABLE_ERROR */
const unknownTable = 1051;

async function isSentry(session: Session, name: TableName): Promise<boolean> {
  const rows = await session.query(
    `SELECT TABLE_COMMENT AS comment FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteString(name.schema)} AND TABLE_NAME = ${quoteString(name.table)}`,
  );
  return rows.some((row) => row['comment'] === sentryComment);
}
