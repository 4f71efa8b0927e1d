import { quoteTable, type TableName } from '../schema/names.js';
import type { SwapTable } from './contract.js';

/**
 * The order in which the server takes the metadata locks of one statement: by the bytes of `schema\0table`
 * (MDL_key::cmp in the server's sql/mdl.h). RENAME walks through the sources in this order, and so do the guards.
 */
export function compareLockOrder(a: TableName, b: TableName): number {
  return Buffer.compare(lockKey(a), lockKey(b));
}

function lockKey(name: TableName): Buffer {
  return Buffer.from(`${name.schema}\0${name.table}\0`);
}

/** The tables as RENAME will reach them. Throws for lists that cannot be swapped in one statement. */
export function inLockOrder(tables: readonly SwapTable[]): readonly SwapTable[] {
  const [first, ...rest] = [...tables].sort((a, b) => compareLockOrder(a.source, b.source));
  if (first === undefined) throw new Error('a cutover needs at least one table');
  const ordered = [first, ...rest];
  const names = ordered.flatMap((table) => [table.source, table.shadow, table.retired]).map(quoteTable);
  if (new Set(names).size !== names.length)
    throw new Error(`a name occurs twice in the cutover of ${ordered.map((t) => quoteTable(t.source)).join(', ')}`);
  const last = ordered[ordered.length - 1]!;
  // The sentry is dropped while B waits at the last source: B must not hold the lock of its name by then.
  if (compareLockOrder(first.retired, last.source) <= 0) {
    throw new Error(
      `the retired name ${quoteTable(first.retired)} must come after every source in the server's lock order`,
    );
  }
  return ordered;
}

/**
 * The one atomic statement. The pairs are executed as written, after all locks are taken: so the first thing it does is to
 * create the first retired name, and that is where the sentry stops it (1050) with nothing done.
 */
export function renameStatement(ordered: readonly SwapTable[]): string {
  const pairs = ordered.flatMap((table) => [
    `${quoteTable(table.source)} TO ${quoteTable(table.retired)}`,
    `${quoteTable(table.shadow)} TO ${quoteTable(table.source)}`,
  ]);
  return `RENAME TABLE ${pairs.join(', ')}`;
}
