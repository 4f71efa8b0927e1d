import type { Session } from '../db/session.js';
import { quoteId } from '../db/quote.js';
import { byKeySql, sourceOrder, type KeyOrder } from '../schema/chunker.js';
import { keySelectSql } from '../schema/key-literal.js';
import { keyRangeSql, type KeyRange } from '../schema/key-range.js';
import { quoteTable } from '../schema/names.js';
import {
  shadowKeySelectSql,
  shadowKeysSql,
  shadowOrder,
  shadowToSourceJoinSql,
  sourceKeysSql,
  sourceToShadowJoinSql,
} from '../schema/shadow-key.js';
import type { KeyLiteral, TableMapping } from '../schema/table.js';
import { rowHashSql, type Side } from './row-hash.js';

/** What one comparison found, within the read view of the session that made it. */
export interface Comparison {
  /** Rows of the source that were compared. */
  readonly rows: number;
  /** Keys, in the source's form, whose rows are not equal or are on one side only. */
  readonly differing: readonly KeyLiteral[];
}

/** Compares a key range by count and checksum, and row by row where these differ. Both sides must order the keys alike. */
export async function compareRange(session: Session, mapping: TableMapping, range: KeyRange): Promise<Comparison> {
  const { key } = mapping;
  return compareSets(
    session,
    mapping,
    keyRangeSql(key.columns, 't', range),
    keyRangeSql(key.shadowColumns, 't', range),
  );
}

/** Compares single rows by their keys. */
export async function compareKeys(
  session: Session,
  mapping: TableMapping,
  keys: readonly KeyLiteral[],
): Promise<Comparison> {
  const { key } = mapping;
  return compareSets(session, mapping, sourceKeysSql(key, keys), shadowKeysSql(key, keys));
}

/** Source rows of a range whose shadow row is missing or different, found by joining: for keys that the sides order differently. */
export async function compareByJoin(session: Session, mapping: TableMapping, range: KeyRange): Promise<Comparison> {
  const { key } = mapping;
  const where = keyRangeSql(key.columns, 's', range);
  const [count] = await session.query(`SELECT COUNT(*) AS n FROM ${quoteTable(mapping.source.name)} s WHERE ${where}`);
  const rows = await session.query(
    `SELECT ${keySelectSql(key.columns, 's')} AS k FROM ${quoteTable(mapping.source.name)} s` +
      ` LEFT JOIN ${quoteTable(mapping.shadow.name)} d ON ${sourceToShadowJoinSql(key, 's', 'd')}` +
      ` WHERE (${where}) AND (d.${quoteId(key.shadowColumns[0]!.name)} IS NULL` +
      ` OR ${rowHashSql(mapping, 'source', 's')} <> ${rowHashSql(mapping, 'shadow', 'd')})`,
  );
  return { rows: Number(count!.n), differing: rows.map((row) => row.k!) };
}

/** Keys of shadow rows, of a range in the shadow's order, that the source does not have. */
export async function findPhantoms(session: Session, mapping: TableMapping, range: KeyRange): Promise<Comparison> {
  const { key } = mapping;
  const rows = await session.query(
    `SELECT ${shadowKeySelectSql(key)} AS k FROM ${quoteTable(mapping.shadow.name)} d WHERE (${keyRangeSql(shadowOrder(mapping).columns, 'd', range)})` +
      ` AND NOT EXISTS (SELECT 1 FROM ${quoteTable(mapping.source.name)} s WHERE ${shadowToSourceJoinSql(key, 's', 'd')})`,
  );
  return { rows: 0, differing: rows.map((row) => row.k!) };
}

async function compareSets(
  session: Session,
  mapping: TableMapping,
  sourceWhere: string,
  shadowWhere: string,
): Promise<Comparison> {
  const source = await checksum(session, mapping, 'source', sourceWhere);
  const shadow = await checksum(session, mapping, 'shadow', shadowWhere);
  const rows = Number(source.n);
  if (source.n === shadow.n && source.x === shadow.x) return { rows, differing: [] };
  const [sourceRows, shadowRows] = [
    await hashes(session, mapping, 'source', sourceWhere),
    await hashes(session, mapping, 'shadow', shadowWhere),
  ];
  const differing = new Set<KeyLiteral>();
  for (const [key, hash] of sourceRows) if (shadowRows.get(key) !== hash) differing.add(key);
  for (const key of shadowRows.keys()) if (!sourceRows.has(key)) differing.add(key);
  return { rows, differing: [...differing] };
}

function orderOf(mapping: TableMapping, side: Side): KeyOrder {
  return side === 'source' ? sourceOrder(mapping) : shadowOrder(mapping);
}

async function checksum(
  session: Session,
  mapping: TableMapping,
  side: Side,
  where: string,
): Promise<{ n: string; x: string }> {
  const row = await session.queryOne(
    `SELECT COUNT(*) AS n, BIT_XOR(${rowHashSql(mapping, side, 't')}) AS x FROM ${byKeySql(orderOf(mapping, side), 't')} WHERE ${where}`,
  );
  return { n: row.n!, x: row.x! };
}

async function hashes(
  session: Session,
  mapping: TableMapping,
  side: Side,
  where: string,
): Promise<Map<KeyLiteral, string>> {
  const keyText = side === 'source' ? keySelectSql(mapping.key.columns, 't') : shadowKeySelectSql(mapping.key);
  const rows = await session.query(
    `SELECT ${keyText} AS k, ${rowHashSql(mapping, side, 't')} AS h FROM ${byKeySql(orderOf(mapping, side), 't')} WHERE ${where}`,
  );
  return new Map(rows.map((row) => [row.k!, row.h!]));
}
