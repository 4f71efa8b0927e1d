import type { Table, TableMapping } from './table.js';

/**
 * A statement's text stays below 100 kB, and its share locks are held for a few ms: with SKIP LOCKED the service's transactions were never chosen
 * as deadlock victims by them (measured).
 */
const most = 500;
const mostWeighed = 50;

/**
 * How many keys one statement names. A list of composite keys is weighed by the optimizer for every index that begins with one of their columns,
 * each key with each: beside one such index 50 keys take 2 ms, 400 take 80 (10.11), before a row is read.
 */
export function keysAtOnce({ key, source, shadow }: TableMapping): number {
  const weighed =
    key.columns.length > 1 && (beginsTwice(source, key.columns) || beginsTwice(shadow, key.shadowColumns));
  return weighed ? mostWeighed : most;
}

/** Besides the index that finds the keys another one begins with a column of theirs. */
function beginsTwice({ indexes }: Table, columns: TableMapping['key']['columns']): boolean {
  const names = new Set(columns.map(({ name }) => name));
  return indexes.filter(({ parts }) => names.has(parts[0]!.column)).length > 1;
}
