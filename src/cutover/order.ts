import { passingNameOf, quoteTable, type TableName } from '../schema/names.js';
import { closedNames, contendedNames, leaving, placeAfterRename, type CutoverChange } from './change.js';
import { latchNamesIn, type LatchNames } from './latch.js';
import { sentryNameIn } from './sentry.js';

/**
 * The order in which the server takes the metadata locks of one statement: by the bytes of `schema\0table`
 * (MDL_key::cmp in the server's sql/mdl.h). RENAME walks through the tables in this order, and so do the guards.
 */
export function compareLockOrder(a: TableName, b: TableName): number {
  return Buffer.compare(lockKey(a), lockKey(b));
}

function lockKey(name: TableName): Buffer {
  return Buffer.from(`${name.schema}\0${name.table}\0`);
}

/** The names at which RENAME may have to wait for somebody, as it will reach them. Throws for changes that cannot be made in one statement. */
export function inLockOrder(change: CutoverChange): readonly TableName[] {
  const ordered = contendedNames(change).sort(compareLockOrder);
  const names = [
    ...ordered,
    ...leaving(change).map(({ retired }) => retired),
    ...[...change.swapped, ...change.created].map(({ shadow }) => shadow),
  ].map(quoteTable);
  const targets = [...change.swapped, ...change.created].map(({ target }) => quoteTable(target));
  if (names.length === 0) throw new Error('a cutover needs at least one table');
  if (new Set(names).size !== names.length || new Set(targets).size !== targets.length)
    throw new Error(`a name occurs twice in the cutover of ${names.join(', ')}`);
  const sentry = sentryOf(change);
  const last = ordered.at(-1);
  // The sentry is dropped while B waits at the last table: B must not hold the lock of its name by then.
  if (sentry && last && compareLockOrder(sentry, last) <= 0) {
    throw new Error(`the sentry ${quoteTable(sentry)} must come after every table in the server's lock order`);
  }
  const { latch, aside } = latchesOf(change);
  const first = [latch, aside].sort(compareLockOrder)[0]!;
  // Who waits at a latch must have all the others.
  const behind = closedNames(change).find((name) => compareLockOrder(first, name) <= 0);
  if (behind) {
    throw new Error(`the latch ${quoteTable(first)} must come after ${quoteTable(behind)} in the server's lock order`);
  }
  return ordered;
}

/** See latch.ts. In a schema of the engine's that comes after the project database. */
export function latchesOf(change: CutoverChange): LatchNames {
  const { swapped, created, dropped } = change;
  const moved = [...swapped, ...created].map(({ shadow }) => shadow)[0] ?? dropped[0]?.retired;
  if (!moved) throw new Error('a cutover needs at least one table');
  return latchNamesIn(moved.schema);
}

/** Where the sentry stands. Null when no source has a successor: then no write can be lost, whatever becomes of the guards. */
export function sentryOf({ swapped }: CutoverChange): TableName | null {
  return swapped.length === 0 ? null : sentryNameIn(swapped[0]!.shadow.schema);
}

/**
 * The one atomic statement. The pairs are executed as written, after all locks are taken: the first one brings a shadow table to the sentry's name, on
 * its way to its own, and that is where a sentry stops the statement (1050) with nothing done.
 */
export function renameStatement(change: CutoverChange): string {
  const { swapped, created, passed } = change;
  const sentry = sentryOf(change);
  const first = swapped[0];
  const pairs: (readonly [TableName, TableName])[] = [
    ...(first && sentry ? [[first.shadow, sentry] as const] : []),
    ...leaving(change).map((table) => [table.source, placeAfterRename(change, table)] as const),
    ...swapped.map((table) => [table === first && sentry ? sentry : table.shadow, table.target] as const),
    ...created.map(({ shadow, target }) => [shadow, target] as const),
    ...passed.flatMap((parent) => [[parent, passingNameOf(parent)] as const, [passingNameOf(parent), parent] as const]),
  ];
  return `RENAME TABLE ${pairs.map(([from, to]) => `${quoteTable(from)} TO ${quoteTable(to)}`).join(', ')}`;
}
