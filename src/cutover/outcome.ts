import { quoteString } from '../db/quote.js';
import type { Session } from '../db/session.js';
import { heldNameOf, passingNameOf, quoteTable, type TableName } from '../schema/names.js';
import { isSame, leaving, type CutoverChange, type DroppedTable } from './change.js';

/**
 * What the server says of a cutover. `mixed`: the names fit neither side; somebody else has been at them, or the server is older than
 * atomic DDL (10.6) and crashed in between.
 */
export type SwapOutcome = 'swapped' | 'not-swapped' | 'mixed';

/** Tells whether a name of the change was found on the server. */
export type NamesFound = (name: TableName) => boolean;

/**
 * Reads back whether the RENAME has happened. Only valid when B's connection is known to be gone. RENAME moves all names in one step: so one name
 * that fits only one side tells for all. A table that has all its names (somebody took one) fits both.
 */
export async function readOutcome(session: Session, change: CutoverChange): Promise<SwapOutcome> {
  const found = await findNames(session, change);
  const { swapped, created, dropped } = change;
  const arriving = [...swapped, ...created];
  const isTarget = (name: TableName): boolean => arriving.some(({ target }) => isSame(target, name));
  const isAway = (table: DroppedTable): boolean => found(table.retired) || found(heldNameOf(table.source));
  const before = leaving(change).some((table) => !isAway(table)) || created.some(({ target }) => !found(target));
  const after =
    arriving.some(({ shadow }) => !found(shadow)) || dropped.some(({ source }) => !isTarget(source) && !found(source));
  if (before === after) return 'mixed';
  const complete = before
    ? leaving(change).every(({ source }) => found(source)) && arriving.every(({ shadow }) => found(shadow))
    : leaving(change).every(isAway) && arriving.every(({ target }) => found(target));
  if (!complete) return 'mixed';
  return before ? 'not-swapped' : 'swapped';
}

/** Which of the change's names exist. */
export async function findNames(session: Session, change: CutoverChange): Promise<NamesFound> {
  return await existingNames(session, [
    ...leaving(change).flatMap(({ source, retired }) => [source, retired]),
    ...[...change.swapped, ...change.created].flatMap(({ shadow, target }) => [shadow, target]),
    ...change.passed,
  ]);
}

/** What there is in the schemas of these names. Asks by schema, for names only: the server then lists directories and opens no table. */
export async function existingNames(session: Session, names: readonly TableName[]): Promise<NamesFound> {
  const existing = new Set<string>();
  for (const schema of new Set(names.map((name) => name.schema))) {
    const rows = await session.query(
      `SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteString(schema)}`,
    );
    for (const row of rows) existing.add(quoteTable({ schema: row['s']!, table: row['t']! }));
  }
  return (name) => existing.has(quoteTable(name));
}

/** What stands in the way of the change, one line each; empty when nothing does. */
export function obstacles(change: CutoverChange, found: NamesFound): readonly string[] {
  const { swapped, created, passed } = change;
  const sources = leaving(change).map(({ source }) => source);
  const isSource = (name: TableName): boolean => sources.some((source) => isSame(source, name));
  const taken = (what: string, names: readonly TableName[]): string[] =>
    names.filter(found).map((name) => `the ${what} ${quoteTable(name)} is taken`);
  const missing = (what: string, names: readonly TableName[]): string[] =>
    names.filter((name) => !found(name)).map((name) => `the ${what} ${quoteTable(name)} does not exist`);
  return [
    ...missing('source', sources),
    ...missing(
      'shadow',
      [...swapped, ...created].map(({ shadow }) => shadow),
    ),
    ...missing('table', passed),
    ...taken(
      'retired name',
      leaving(change).flatMap(({ source, retired }) => [retired, heldNameOf(source)]),
    ),
    ...taken(
      'new name',
      [...swapped, ...created].map(({ target }) => target).filter((target) => !isSource(target)),
    ),
    ...taken('passing name', passed.map(passingNameOf)),
  ];
}
