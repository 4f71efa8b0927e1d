import { quoteId } from '../db/quote.js';
import { ServerError } from '../db/server-error.js';
import type { Session } from '../db/session.js';
import { TideoverError } from '../errors.js';
import { foreignKeySql, readForeignKeys, type ForeignKey } from '../schema/foreign-keys.js';
import { withoutForeignKeys } from '../schema/foreign-key-text.js';
import { readTable } from '../schema/introspect.js';
import { quoteTable, shortened, type TableName } from '../schema/names.js';
import { isSameStructure } from '../schema/structure-text.js';
import type { Index, Table } from '../schema/table.js';

/**
 * A shadow table is filled in a form that loads faster:
 *
 * - plain secondary indexes are built after the copy, by one ALTER (sorted, instead of row by row);
 * - with innodb_autoinc_lock_mode 0 or 1 every INSERT/REPLACE … SELECT into a table with an AUTO_INCREMENT column holds the table's
 *   AUTO-INC lock, so parallel chunks and batches would queue. The rows are loaded into a twin without the attribute that is wrapped in
 *   a single partition; just before the cutover EXCHANGE PARTITION hands them to the final table, metadata only;
 * - foreign keys are made when all is loaded, metadata only: they exclude partitions.
 *
 * The final form is always compared with the planned one, text for text but for the order of indexes.
 */
export interface LoadForm {
  /** Table as planned, in the shadow schema. */
  readonly planned: Table;
  /** Definitions of the indexes that are built afterwards, as SHOW CREATE TABLE spells them. */
  readonly deferred: readonly string[];
  /** The table's own foreign keys, which are made afterwards. */
  readonly foreignKeys: readonly string[];
  /** The AUTO_INCREMENT column's definition without the attribute, or null when the table is not wrapped. */
  readonly bareColumn: string | null;
}

/** What can be done for a planned table. `lookups` are column lists by which its rows are looked up while it is loaded: their indexes stay. */
export function loadFormOf(
  planned: Table,
  options: {
    readonly deferIndexes: boolean;
    readonly autoIncrementLocks: boolean;
    readonly lookups?: readonly (readonly string[])[];
    /** Names of the table's own foreign keys. */
    readonly foreignKeys?: readonly string[];
  },
): LoadForm {
  const { lookups = [], foreignKeys = [] } = options;
  const deferred = options.deferIndexes ? deferrableIndexes(planned, lookups) : [];
  return {
    planned,
    deferred,
    foreignKeys,
    bareColumn: options.autoIncrementLocks && canBeWrapped(planned) ? bareAutoIncrement(planned) : null,
  };
}

/** Takes constraints away until `makeForeignKeys` brings them in their final form. */
export async function dropForeignKeys(session: Session, name: TableName, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const drops = keys.map((key) => `DROP FOREIGN KEY ${quoteId(key)}`);
  await session.execute(`ALTER TABLE ${quoteTable(name)} ${drops.join(', ')}`);
}

/** Gives a new, empty shadow table its loading form. */
export async function enterLoadForm(session: Session, form: LoadForm): Promise<void> {
  const name = form.planned.name;
  await dropForeignKeys(session, name, form.foreignKeys);
  if (form.deferred.length > 0) {
    const drops = form.deferred.map((definition) => `DROP INDEX ${indexNameOf(definition)}`);
    await session.execute(`ALTER TABLE ${quoteTable(name)} ${drops.join(', ')}`);
  }
  if (form.bareColumn === null) return;
  const twin = twinOf(name);
  await session.execute(`CREATE TABLE ${quoteTable(twin)} LIKE ${quoteTable(name)}`);
  try {
    await session.execute(`ALTER TABLE ${quoteTable(twin)} MODIFY ${form.bareColumn}`);
    await session.execute(
      `ALTER TABLE ${quoteTable(twin)} PARTITION BY RANGE (${bareColumnName(form)}) (PARTITION p VALUES LESS THAN MAXVALUE)`,
    );
    // The proof, while both are empty, that the server will accept the exchange at the end.
    await exchange(session, twin, name);
  } catch (error) {
    if (!(error instanceof ServerError) || error.connectionLost) throw error;
    await session.execute(`DROP TABLE ${quoteTable(twin)}`);
    return;
  }
  await session.execute(
    `RENAME TABLE ${quoteTable(name)} TO ${quoteTable(finalOf(name))}, ${quoteTable(twin)} TO ${quoteTable(name)}`,
  );
}

/** Builds what was deferred, also on the empty final table, or the exchange would be refused. May be called again after it was interrupted. */
export async function buildDeferredIndexes(session: Session, planned: Table): Promise<void> {
  for (const name of [planned.name, finalOf(planned.name)]) {
    const current = await readTable(session, name);
    const missing = deferrableIndexes(planned, []).filter(
      (definition) => current && !current.indexes.some((index) => quoteId(index.name) === indexNameOf(definition)),
    );
    if (missing.length === 0) continue;
    await session.execute(`ALTER TABLE ${quoteTable(name)} ${missing.map((index) => `ADD ${index}`).join(', ')}`);
  }
}

/** Gives a loaded table with its indexes the planned form, but for its foreign keys. May be called again after it was interrupted anywhere. */
export async function leaveLoadForm(session: Session, planned: Table): Promise<void> {
  const { name } = planned;
  await unwrap(session, name);
  await restoreCounter(session, planned);
  const final = await present(session, name);
  if (!isSameStructure(withoutForeignKeys(final.createSql), withoutForeignKeys(planned.createSql))) {
    throw new TideoverError('internal-error', `the shadow of ${name.table} does not have the planned structure`, {
      facts: { planned: planned.createSql, found: final.createSql },
      hint: 'Abort the run; please report both structures.',
    });
  }
}

/** Finishes an exchange whose engine died before the RENAME after it: what is applied must go to where the rows are. */
export async function finishExchange(session: Session, { name }: Table): Promise<void> {
  const final = finalOf(name);
  if ((await readTable(session, final)) !== null && (await hasRows(session, final))) await unwrap(session, name);
}

/** Makes the foreign keys of loaded tables that are not there yet: metadata only, no row is looked at. All are of one schema. */
export async function makeForeignKeys(session: Session, keys: readonly ForeignKey[]): Promise<void> {
  const [first] = keys;
  if (!first) return;
  const there = new Set((await readForeignKeys(session, first.child.schema)).map(sameKey));
  const missing = new Map<string, ForeignKey[]>();
  for (const key of keys.filter((candidate) => !there.has(sameKey(candidate)))) {
    const child = quoteTable(key.child);
    missing.set(child, [...(missing.get(child) ?? []), key]);
  }
  for (const [child, own] of missing)
    await session.execute(
      `ALTER TABLE ${child} ${own.map((key) => `ADD ${foreignKeySql(key)}`).join(', ')}, ALGORITHM=INPLACE`,
    );
}

function sameKey(key: ForeignKey): string {
  return `${quoteTable(key.child)} ${foreignKeySql(key)}`;
}

/** Moves the rows out of the wrapping partition. Each step leaves a state that the next call recognises. */
async function unwrap(session: Session, name: TableName): Promise<void> {
  const final = finalOf(name);
  if ((await readTable(session, final)) !== null) {
    const isLoaded = await hasRows(session, name);
    if (isLoaded && (await hasRows(session, final))) throw writtenByOthers(final);
    // Where the rows are in the final table already, or there are none, there is nothing to move.
    if (isLoaded) await exchange(session, name, final);
    await session.execute(
      `RENAME TABLE ${quoteTable(name)} TO ${quoteTable(twinOf(name))}, ${quoteTable(final)} TO ${quoteTable(name)}`,
    );
  }
  await session.execute(`DROP TABLE IF EXISTS ${quoteTable(twinOf(name))}`);
}

/** Only an exchange brings rows there, and it leaves none behind. */
function writtenByOthers(final: TableName): TideoverError {
  return new TideoverError('verification-failed', `somebody else has written to ${quoteTable(final)}`, {
    hint: 'Nothing but the engine may write to the shadow schema. Abort the run and start again.',
  });
}

/** The rows came in behind the counter's back. It is what ALTER TABLE makes of them: behind the largest number, or further where the statement says so. */
async function restoreCounter(session: Session, planned: Table): Promise<void> {
  const column = planned.columns.find(({ autoIncrement }) => autoIncrement);
  if (!column) return;
  const table = quoteTable(planned.name);
  const { top } = await session.queryOne(
    `SELECT CAST(MAX(${quoteId(column.name)}) AS DECIMAL(20)) AS top FROM ${table}`,
  );
  const behind = BigInt(top ?? 0) + 1n;
  const stated = BigInt(planned.autoIncrement ?? 1);
  const next = behind > stated ? behind : stated;
  await session.execute(`ALTER TABLE ${table} AUTO_INCREMENT = ${next < highestCounter ? next : highestCounter}`);
}

const highestCounter = 2n ** 64n - 1n;

async function exchange(session: Session, partitioned: TableName, plain: TableName): Promise<void> {
  await session.execute(`ALTER TABLE ${quoteTable(partitioned)} EXCHANGE PARTITION p WITH TABLE ${quoteTable(plain)}`);
}

async function hasRows(session: Session, name: TableName): Promise<boolean> {
  return (await session.query(`SELECT 1 AS found FROM ${quoteTable(name)} LIMIT 1`)).length > 0;
}

async function present(session: Session, name: TableName): Promise<Table> {
  const table = await readTable(session, name);
  if (table === null)
    throw new TideoverError('checkpoint-unusable', `the shadow table ${name.table} is gone`, {
      hint: 'Abort the run and start again.',
    });
  return table;
}

/** Helper tables of a shadow table; `$` keeps them apart from names that people choose, the hash within 64 characters. */
function twinOf(name: TableName): TableName {
  return { schema: name.schema, table: `$load$${shortened(name.table)}` };
}

function finalOf(name: TableName): TableName {
  return { schema: name.schema, table: `$final$${shortened(name.table)}` };
}

/**
 * Plain BTREE indexes, but not the one that an AUTO_INCREMENT column must keep, nor those of lookups; and none that stands before such a one, or the
 * indexes would end in another order.
 */
function deferrableIndexes(planned: Table, lookups: readonly (readonly string[])[]): string[] {
  const autoIncrement = planned.columns.find((column) => column.autoIncrement)?.name;
  const serves = ({ parts }: Index, columns: readonly string[]): boolean =>
    columns.every((column) => parts.slice(0, columns.length).some((part) => part.column === column));
  const isKept = (index: Index): boolean =>
    index.parts[0]?.column === autoIncrement || lookups.some((columns) => serves(index, columns));
  const definitions = planned.createSql
    .split('\n')
    .filter((line) => line.startsWith('  KEY `'))
    .map((line) => line.trim().replace(/,$/, ''));
  const lastKept = definitions.findLastIndex((definition) =>
    planned.indexes.some((index) => quoteId(index.name) === indexNameOf(definition) && isKept(index)),
  );
  return definitions.slice(lastKept + 1);
}

/** `KEY \`name\` (…)` → `` `name` `` */
function indexNameOf(definition: string): string {
  return /^KEY (`(?:[^`]|``)+`)/.exec(definition)![1]!;
}

/** A partition by the AUTO_INCREMENT column needs it in every unique key; full-text and spatial indexes exclude partitions. */
function canBeWrapped(planned: Table): boolean {
  const column = planned.columns.find((candidate) => candidate.autoIncrement);
  if (!column || planned.partitioned || !/int$/.test(column.dataType)) return false;
  const uniques = planned.indexes.filter((index) => index.unique);
  return (
    uniques.some((index) => index.name === 'PRIMARY') &&
    uniques.every((index) => index.parts.some((part) => part.column === column.name)) &&
    planned.indexes.every((index) => index.kind === 'BTREE')
  );
}

/** The column's line of SHOW CREATE TABLE without the attribute, which stands before any COMMENT. */
function bareAutoIncrement(planned: Table): string | null {
  const column = planned.columns.find((candidate) => candidate.autoIncrement)!;
  const start = `  ${quoteId(column.name)} `;
  const line = planned.createSql.split('\n').find((candidate) => candidate.startsWith(start));
  if (!line) return null;
  const definition = line.slice(start.length).replace(/,$/, '').replace(' AUTO_INCREMENT', '');
  return `${quoteId(column.name)} ${definition}`;
}

function bareColumnName(form: LoadForm): string {
  return quoteId(form.planned.columns.find((column) => column.autoIncrement)!.name);
}
