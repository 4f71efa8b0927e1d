import { quoteId } from '../db/quote.js';
import { errno, ServerError } from '../db/server-error.js';
import type { Session } from '../db/session.js';
import { foreignKeySql, type ForeignKey } from '../schema/foreign-keys.js';
import { heldNameOf, passingNameOf, quoteTable, shortened, type TableName } from '../schema/names.js';
import { createTriggerSql } from '../schema/triggers.js';
import { isSame, leaving, placeAfterRename, type CutoverChange, type SwapTable, type TableChange } from './change.js';

/*
 * What a RENAME leaves to do: InnoDB's foreign keys follow the tables that they know, so old children still hang on parents that stay, and children
 * that stay hang on old parents; and triggers go along with their table. Every statement is metadata only.
 */

/** How often an ALTER is sent that ended as a deadlock's victim: each takes InnoDB's lock on the children of its table, in any order. */
const alterTries = 20;

/**
 * Sends it again when it was a deadlock's victim. A victim may have done its work all the same (seen: the constraint was gone after 1213), so its repetition may
 * find nothing to drop any more; what is really there is looked at when everything is done, see complete.ts. Rejects with ServerErrors.
 */
export async function alter(session: Session, sql: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await session.execute(sql);
      return;
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      if (error.errno === errno.cantDrop && tries > 1) return;
      if (error.errno !== errno.deadlock || tries >= alterTries) throw error;
    }
  }
}

/** What frees one old table from what ties it to tables that stay, and moves it on last; empty where there is nothing to do. */
export interface CutOff {
  readonly keys: readonly string[];
  readonly triggers: readonly string[];
  readonly move: readonly string[];
}

export function cutOffSql(
  change: TableChange,
  table: { readonly source: TableName; readonly retired: TableName },
): CutOff {
  const place = placeAfterRename(change, table);
  const keys = change.detached.filter(({ child }) => isSame(child, table.source));
  const triggers = change.triggers.filter(({ source }) => isSame(source, table.source));
  return {
    keys: keys.length > 0 ? [dropKeysSql(place, keys)] : [],
    // A trigger goes with its table, and its name is taken until then.
    triggers: triggers.map(({ trigger, source }) => `DROP TRIGGER ${quoteId(source.schema)}.${quoteId(trigger.name)}`),
    move: triggers.length > 0 ? [`RENAME TABLE ${quoteTable(place)} TO ${quoteTable(table.retired)}`] : [],
  };
}

export function dropKeysSql(child: TableName, keys: readonly ForeignKey[]): string {
  return alterSql(child, keys.map(dropClause));
}

/** The rows hold: the new parent has the keys of the old one. */
export function addKeysSql(child: TableName, keys: readonly ForeignKey[]): string {
  return alterSql(child, keys.map(addClause));
}

const dropClause = (key: ForeignKey): string => `DROP FOREIGN KEY ${quoteId(key.name)}`;
const addClause = (key: ForeignKey): string => `ADD ${foreignKeySql(key)}`;

function alterSql(table: TableName, clauses: readonly string[]): string {
  return `ALTER TABLE ${quoteTable(table)} ${clauses.join(', ')}, ALGORITHM=INPLACE`;
}

/** Constraints of a new table that meet those of its source when it arrives: names are unique in a schema, and the source stays there for a moment. */
export interface Entering {
  readonly table: SwapTable;
  /** As they are afterwards. */
  readonly keys: readonly ForeignKey[];
}

export function enteringKeys(change: CutoverChange): readonly Entering[] {
  return change.swapped
    .filter(({ source }) => change.triggers.some((moved) => isSame(moved.source, source)))
    .map((table) => ({
      table,
      // By name, as the server lists them: it may give their indexes new places in the same order.
      keys: change.constraints
        .filter(({ child, name }) => isSame(child, table.target) && !isGenerated(table, name))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    }))
    .filter(({ keys }) => keys.length > 0);
}

/** Names that the server made follow the table's. */
function isGenerated({ source }: SwapTable, name: string): boolean {
  return name.startsWith(`${source.table}_ibfk_`) && /^\d+$/.test(name.slice(source.table.length + 6));
}

/** Under this name a constraint comes in. */
export function enteringName(key: ForeignKey): ForeignKey {
  return { ...key, name: `$entering$${shortened(key.name)}` };
}

/** Gives the shadow's constraints the names under which they come in. */
export function enterSql(change: CutoverChange, { table, keys }: Entering): string {
  const there = keys.map((key) => ({ ...key, child: table.shadow, parent: nameBefore(change, key.parent) }));
  return alterSql(table.shadow, [...there.map(dropClause), ...there.map(enteringName).map(addClause)]);
}

/** And back, when the cutover came to nothing. */
export function leaveSql(change: CutoverChange, { table, keys }: Entering): string {
  const there = keys.map((key) => ({ ...key, child: table.shadow, parent: nameBefore(change, key.parent) }));
  return alterSql(table.shadow, [...there.map(enteringName).map(dropClause), ...there.map(addClause)]);
}

/** What a constraint of the shadow calls a parent. */
function nameBefore({ swapped, created, attached }: TableChange, parent: TableName): TableName {
  const moved = [...swapped, ...created].find(({ target }) => isSame(target, parent));
  if (moved) return moved.shadow;
  return attached.some((name) => isSame(name, parent)) ? passingNameOf(parent) : parent;
}

/** Everything that is to be done to these tables, which the session has locked: it may use no other. */
export async function rewire(session: Session, tables: readonly TableName[], change: CutoverChange): Promise<void> {
  const entering = enteringKeys(change);
  for (const table of tables) {
    const keys = change.repointed.filter(({ child }) => isSame(child, table));
    if (keys.length > 0) {
      // Two statements: the server takes no constraint of the name that the same ALTER drops.
      await alter(session, dropKeysSql(table, keys));
      await alter(session, addKeysSql(table, keys));
    }
    for (const own of entering.filter((each) => isSame(each.table.target, table)))
      await alter(
        session,
        alterSql(table, [...own.keys.map(enteringName).map(dropClause), ...own.keys.map(addClause)]),
      );
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

/** Old tables that wait in their own schema, with where they go. */
export function heldTables(change: TableChange): readonly { readonly from: TableName; readonly to: TableName }[] {
  return leaving(change).map(({ source, retired }) => ({ from: heldNameOf(source), to: retired }));
}
