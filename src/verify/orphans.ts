import { quoteId } from '../db/quote.js';
import type { Session } from '../db/session.js';
import type { CascadeEdge } from '../delta/cascade-graph.js';
import { Chunker, type Chunk } from '../schema/chunker.js';
import { keyRangeSql } from '../schema/key-range.js';
import { quoteTable } from '../schema/names.js';
import { convertedJoinSql, shadowKeySelectSql, shadowOrder } from '../schema/shadow-key.js';
import type { Column, KeyLiteral, Table, TableMapping } from '../schema/table.js';

/** Target time of one range; nothing is locked meanwhile. */
const rangeTimeMs = 500;

/** One way through the children of one foreign key. */
export interface OrphanPass {
  readonly edge: CascadeEdge;
  readonly ranges: Chunker;
}

export function orphanPass(edge: CascadeEdge, child: TableMapping): OrphanPass {
  return { edge, ranges: new Chunker(shadowOrder(child), null, () => rangeTimeMs) };
}

/**
 * Keys of the child's shadow rows, of a range in the shadow's order, whose parent is not there. Such a row is either the leftover of a cascade that took away
 * a parent which the shadow never had, or its parent is on its way.
 */
export async function findOrphans(
  session: Session,
  edge: CascadeEdge,
  tables: { readonly child: TableMapping; readonly parent: Table; readonly parentShadow: Table | null },
  range: Chunk,
): Promise<KeyLiteral[]> {
  const { child, parent, parentShadow } = tables;
  const isInShadow = parentShadow !== null && edge.parentShadow !== null;
  const parentTable = isInShadow ? parentShadow : parent;
  const parentColumns: readonly Column[] = isInShadow
    ? edge.parentShadow.map(({ shadow }) => shadow)
    : edge.parentColumns;
  const pairs = edge.columns.map(({ shadow }, index) => ({ from: shadow, to: parentColumns[index]! }));
  const hasParent = pairs.map(({ from }) => `d.${quoteId(from.name)} IS NOT NULL`).join(' AND ');
  const rows = await session.query(
    `SELECT ${shadowKeySelectSql(child.key)} AS k FROM ${quoteTable(child.shadow.name)} d` +
      ` WHERE (${keyRangeSql(shadowOrder(child).columns, 'd', range)}) AND ${hasParent}` +
      ` AND NOT EXISTS (SELECT 1 FROM ${quoteTable(parentTable.name)} p WHERE ${convertedJoinSql(pairs, 'd', 'p')})`,
  );
  return rows.map((row) => row.k!);
}
