import type { Session } from '../db/session.js';
import { Chunker, sourceOrder, type Chunk } from '../schema/chunker.js';
import { ordersAlike, shadowOrder } from '../schema/shadow-key.js';
import type { TableMapping } from '../schema/table.js';
import { compareByJoin, compareRange, findPhantoms, type Comparison } from './compare.js';

/** Target time of one comparison; its read view is open that long. */
const rangeTimeMs = 500;

/** One way through a table, range by range; several workers may draw from it. */
export interface Pass {
  readonly ranges: Chunker;
  compare(session: Session, range: Chunk): Promise<Comparison>;
}

/**
 * The passes that together compare every row of both sides: one where both order the key alike, else one over the source
 * (each row has its equal) and one over the shadow (no row is without its source).
 */
export function passesOf(whole: TableMapping): Pass[] {
  // Whether a row was written since cannot be seen in it: those that were are compared by their keys.
  const mapping = { ...whole, columns: whole.columns.filter(({ whenWritten }) => whenWritten !== true) };
  const bySource = new Chunker(sourceOrder(mapping), null, () => rangeTimeMs);
  if (ordersAlike(mapping))
    return [{ ranges: bySource, compare: (session, range) => compareRange(session, mapping, range) }];
  const byShadow = new Chunker(shadowOrder(mapping), null, () => rangeTimeMs);
  return [
    { ranges: bySource, compare: (session, range) => compareByJoin(session, mapping, range) },
    { ranges: byShadow, compare: (session, range) => findPhantoms(session, mapping, range) },
  ];
}
