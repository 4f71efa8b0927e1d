import { quoteString } from '../db/quote.js';
import type { Session } from '../db/session.js';
import { quoteTable, type TableName } from '../schema/names.js';
import type { SwapTable } from './contract.js';
import { isSentry } from './sentry.js';

/**
 * What the server says of a cutover. `mixed`: the names fit neither side; somebody else has been at them, or the server is older than
 * atomic DDL (10.6) and crashed in between.
 */
export type SwapOutcome = 'swapped' | 'not-swapped' | 'mixed';

/** Which of a table's three names exist; a sentry does not count. */
export interface NamesFound {
  readonly table: SwapTable;
  readonly source: boolean;
  readonly shadow: boolean;
  readonly retired: boolean;
}

/**
 * Reads back whether the RENAME has happened. Only valid when B's connection is known to be gone. RENAME moves all names in one step, source and
 * shadow stand before it, source and retired after it: so one table that fits only one side tells for all. A table that has all three names
 * (somebody took one) fits both.
 */
export async function readOutcome(session: Session, tables: readonly SwapTable[]): Promise<SwapOutcome> {
  const found = await findNames(session, tables);
  if (!found.every((names) => names.source && (names.shadow || names.retired))) return 'mixed';
  const before = found.some((names) => !names.retired);
  const after = found.some((names) => !names.shadow);
  if (before === after) return 'mixed';
  return before ? 'not-swapped' : 'swapped';
}

/** Asks by schema, for names only: the server then lists directories and opens no table. */
export async function findNames(session: Session, tables: readonly SwapTable[]): Promise<readonly NamesFound[]> {
  const wanted = tables.flatMap((table) => [table.source, table.shadow, table.retired]);
  const existing = new Set<string>();
  for (const schema of new Set(wanted.map((name) => name.schema))) {
    const rows = await session.query(
      `SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteString(schema)}`,
    );
    for (const row of rows) existing.add(quoteTable({ schema: row['s']!, table: row['t']! }));
  }
  const exists = async (name: TableName, sentry: 'counts' | 'does not count'): Promise<boolean> =>
    existing.has(quoteTable(name)) && (sentry === 'counts' || !(await isSentry(session, name)));
  const found: NamesFound[] = [];
  for (const table of tables) {
    found.push({
      table,
      source: await exists(table.source, 'counts'),
      shadow: await exists(table.shadow, 'counts'),
      retired: await exists(table.retired, 'does not count'),
    });
  }
  return found;
}

/** What stands in the way of swapping these tables, one line each; empty when nothing does. */
export function obstacles(found: readonly NamesFound[]): readonly string[] {
  return found.flatMap(({ table, source, shadow, retired }) => [
    ...(source ? [] : [`the source ${quoteTable(table.source)} does not exist`]),
    ...(shadow ? [] : [`the shadow ${quoteTable(table.shadow)} does not exist`]),
    ...(retired ? [`the retired name ${quoteTable(table.retired)} is taken`] : []),
  ]);
}
