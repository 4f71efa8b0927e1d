import type { Session } from '../db/session.js';
import { quoteId } from '../db/quote.js';
import { foreignKeySql, type ForeignKey } from '../schema/foreign-keys.js';
import { quoteTable, type TableName } from '../schema/names.js';
import { createTriggerSql } from '../schema/triggers.js';
import { isSame, leaving, placeAfterRename, type CutoverChange, type TableChange } from './change.js';

/*
 * What a RENAME leaves to do: InnoDB's foreign keys follow the tables that they know, so old children still hang on parents that stay, and children
 * that stay hang on old parents; and triggers go along with their table. Every statement is metadata only.
 */

/** Drops what ties one retired table to tables that stay, in one statement. */
export function detachSql(place: TableName, keys: readonly ForeignKey[]): string {
  return alterSql(
    place,
    keys.map((key) => `DROP FOREIGN KEY ${quoteId(key.name)}`),
  );
}

/** The retired tables, where they are now, with the keys that they must lose. */
export function detachedKeys(
  change: TableChange,
): { readonly place: TableName; readonly keys: readonly ForeignKey[] }[] {
  return leaving(change)
    .map((table) => ({
      place: placeAfterRename(change, table),
      keys: change.detached.filter(({ child }) => isSame(child, table.source)),
    }))
    .filter(({ keys }) => keys.length > 0);
}

/** A trigger goes with its table, and its name is taken until then. */
export function dropTriggersSql({ triggers }: TableChange): string[] {
  return triggers.map(({ trigger, source }) => `DROP TRIGGER ${quoteId(source.schema)}.${quoteId(trigger.name)}`);
}

/** Two statements: the server takes no constraint of the name that the same ALTER drops. The rows hold: the new parent has the keys of the old one. */
export function repointSql(child: TableName, keys: readonly ForeignKey[]): string[] {
  return [
    alterSql(
      child,
      keys.map((key) => `DROP FOREIGN KEY ${quoteId(key.name)}`),
    ),
    addSql(child, keys),
  ];
}

export function addSql(child: TableName, keys: readonly ForeignKey[]): string {
  return alterSql(
    child,
    keys.map((key) => `ADD ${foreignKeySql(key)}`),
  );
}

function alterSql(table: TableName, clauses: readonly string[]): string {
  return `ALTER TABLE ${quoteTable(table)} ${clauses.join(', ')}, ALGORITHM=INPLACE`;
}

/** Everything that is to be done to these tables, which the session has locked: it may use no other. */
export async function rewire(session: Session, tables: readonly TableName[], change: CutoverChange): Promise<void> {
  for (const table of tables) {
    const keys = change.repointed.filter(({ child }) => isSame(child, table));
    if (keys.length > 0) for (const sql of repointSql(table, keys)) await session.execute(sql);
    await createTriggers(session, table, change);
  }
}

/** In the order in which they are executed. */
export async function createTriggers(
  session: Session,
  table: TableName,
  { triggers }: Pick<TableChange, 'triggers'>,
): Promise<void> {
  const own = triggers.filter(({ target }) => target !== null && isSame(target, table));
  for (const { trigger } of own) for (const sql of createTriggerSql(trigger, table)) await session.execute(sql);
  // What comes after it is sent in our character set again.
  if (own.length > 0) await session.execute('SET NAMES utf8mb4');
}
