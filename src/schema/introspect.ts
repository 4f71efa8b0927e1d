import type { Row, Session } from '../db/session.js';
import { quoteString } from '../db/quote.js';
import { tokenize } from '../util/sql-tokens.js';
import { quoteTable, type TableName } from './names.js';
import type { Column, Index, IndexPart, Table } from './table.js';

/**
 * What a name stands for. `BASE TABLE`, `VIEW`, `SYSTEM VERSIONED`, `SEQUENCE` as information_schema says; null when nothing of that name is there.
 * The name is spelled as the server stores it.
 */
export interface TableIdentity {
  readonly name: TableName;
  readonly type: string;
}

/** Finds a table by name: exactly, or in any case where the server folds names (lower_case_table_names). */
export async function findTable(session: Session, name: TableName): Promise<TableIdentity | null> {
  const rows = await session.query(
    `SELECT TABLE_SCHEMA s, TABLE_NAME t, TABLE_TYPE type, @@lower_case_table_names folds FROM information_schema.TABLES WHERE ${named(name)}`,
  );
  const exact = rows.find((row) => row['s'] === name.schema && row['t'] === name.table);
  const found = exact ?? rows.find((row) => row['folds'] !== '0');
  if (!found) return null;
  return { name: { schema: text(found, 's'), table: text(found, 't') }, type: text(found, 'type') };
}

/** A base table's structure; null when there is no base table of that name. */
export async function readTable(session: Session, name: TableName): Promise<Table | null> {
  const identity = await findTable(session, name);
  if (identity?.type !== 'BASE TABLE') return null;
  const where = named(identity.name);
  const status = await session.query(
    `SELECT ENGINE e, AUTO_INCREMENT a, CREATE_OPTIONS o, TABLE_NAME t FROM information_schema.TABLES WHERE ${where}`,
  );
  const own = status.find((row) => row['t'] === identity.name.table);
  if (!own) return null;
  const columns = await session.query(
    `SELECT * FROM information_schema.COLUMNS WHERE ${where} ORDER BY ORDINAL_POSITION`,
  );
  const parts = await session.query(`SELECT * FROM information_schema.STATISTICS WHERE ${where}`);
  const isOwn = (row: Row): boolean => row['TABLE_NAME'] === identity.name.table;
  const createSql = await showCreate(session, identity.name);
  return {
    name: identity.name,
    engine: own['e'] ?? '',
    columns: columns.filter(isOwn).map(columnOf),
    indexes: indexesOf(parts.filter(isOwn)),
    createSql: withoutAutoIncrement(createSql),
    // The statistics say null until the counter was used once; a new table's counter is 1.
    autoIncrement: columns.some((row) => isOwn(row) && /auto_increment/i.test(row['EXTRA'] ?? ''))
      ? (own['a'] ?? '1')
      : null,
    partitioned: /\bpartitioned\b/.test(own['o'] ?? ''),
  };
}

/** `SHOW CREATE TABLE` as the server prints it. */
async function showCreate(session: Session, name: TableName): Promise<string> {
  const row = await session.queryOne(`SHOW CREATE TABLE ${quoteTable(name)}`);
  return text(row, 'Create Table');
}

/** A table's structure as text, without the counter: equal text means equal structure. */
export async function readCreateSql(session: Session, name: TableName): Promise<string> {
  return withoutAutoIncrement(await showCreate(session, name));
}

/** Cuts the table option `AUTO_INCREMENT=n` out of a CREATE TABLE; the column attribute of the same name stays. */
function withoutAutoIncrement(createSql: string): string {
  const tokens = tokenize(createSql);
  let depth = 0;
  for (const [i, token] of tokens.entries()) {
    if (token.kind === 'symbol') depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
    const value = tokens[i + 2];
    if (depth === 0 && token.kind === 'word' && token.text === 'AUTO_INCREMENT' && value?.kind === 'number') {
      return `${createSql.slice(0, token.start).trimEnd()}${createSql.slice(value.end)}`;
    }
  }
  return createSql;
}

function columnOf(row: Row): Column {
  const columnType = text(row, 'COLUMN_TYPE');
  const extra = (row['EXTRA'] ?? '').toUpperCase();
  return {
    name: text(row, 'COLUMN_NAME'),
    position: Number(text(row, 'ORDINAL_POSITION')),
    columnType,
    dataType: text(row, 'DATA_TYPE').toLowerCase(),
    unsigned: /\bunsigned\b/i.test(columnType) && row['NUMERIC_PRECISION'] !== null,
    nullable: row['IS_NULLABLE'] === 'YES',
    charset: row['CHARACTER_SET_NAME'] ?? null,
    collation: row['COLLATION_NAME'] ?? null,
    defaultSql: row['COLUMN_DEFAULT'] ?? null,
    autoIncrement: extra.includes('AUTO_INCREMENT'),
    generated: row['IS_GENERATED'] === 'ALWAYS' ? (extra.includes('VIRTUAL') ? 'VIRTUAL' : 'STORED') : null,
    generationSql: row['GENERATION_EXPRESSION'] ?? null,
    invisible: extra.includes('INVISIBLE'),
    maxLength: numberOf(row, 'CHARACTER_MAXIMUM_LENGTH'),
    numericPrecision: numberOf(row, 'NUMERIC_PRECISION'),
    numericScale: numberOf(row, 'NUMERIC_SCALE'),
    datetimePrecision: numberOf(row, 'DATETIME_PRECISION'),
  };
}

/** Indexes in the server's order: PRIMARY first, then unique, then the rest. */
function indexesOf(rows: readonly Row[]): Index[] {
  const byName = new Map<string, Row[]>();
  for (const row of rows) {
    const name = text(row, 'INDEX_NAME');
    byName.set(name, [...(byName.get(name) ?? []), row]);
  }
  return [...byName].map(([name, own]) => ({
    name,
    unique: own[0]!['NON_UNIQUE'] === '0',
    // The optimizer does not use an ignored index, not even when told to: it drives nothing.
    kind: own[0]!['IGNORED'] === 'YES' ? `${text(own[0]!, 'INDEX_TYPE')} IGNORED` : text(own[0]!, 'INDEX_TYPE'),
    parts: own
      .sort((a, b) => Number(a['SEQ_IN_INDEX']) - Number(b['SEQ_IN_INDEX']))
      .map((row): IndexPart => ({ column: text(row, 'COLUMN_NAME'), prefixLength: numberOf(row, 'SUB_PART') })),
  }));
}

/** Rows and bytes as the server estimates them; exact enough for a disk check and an ETA. */
export interface TableSize {
  readonly rows: number;
  readonly dataBytes: number;
  readonly indexBytes: number;
}

/** Estimated size of a table; zeros when it is not there. */
export async function readSize(session: Session, name: TableName): Promise<TableSize> {
  const rows = await session.query(
    `SELECT TABLE_NAME t, TABLE_ROWS r, DATA_LENGTH d, INDEX_LENGTH i FROM information_schema.TABLES WHERE ${named(name)}`,
  );
  const own = rows.find((row) => row['t'] === name.table);
  return { rows: Number(own?.['r'] ?? 0), dataBytes: Number(own?.['d'] ?? 0), indexBytes: Number(own?.['i'] ?? 0) };
}

/** A schema's default charset and collation; null when there is no such schema. */
export async function readSchemaDefaults(
  session: Session,
  schema: string,
): Promise<{ charset: string; collation: string } | null> {
  const [row] = await session.query(
    `SELECT DEFAULT_CHARACTER_SET_NAME cs, DEFAULT_COLLATION_NAME co FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ${quoteString(schema)}`,
  );
  return row ? { charset: text(row, 'cs'), collation: text(row, 'co') } : null;
}

/** Names of everything (tables, views, sequences) in a schema. */
export async function tableNames(session: Session, schema: string): Promise<string[]> {
  const rows = await session.query(
    `SELECT TABLE_NAME t FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteString(schema)} ORDER BY TABLE_NAME`,
  );
  return rows.map((row) => text(row, 't'));
}

function named(name: TableName): string {
  return `TABLE_SCHEMA = ${quoteString(name.schema)} AND TABLE_NAME = ${quoteString(name.table)}`;
}

function text(row: Row, column: string): string {
  const value = row[column];
  if (value === undefined || value === null) throw new Error(`the server returned no ${column}`);
  return value;
}

function numberOf(row: Row, column: string): number | null {
  const value = row[column];
  return value === undefined || value === null ? null : Number(value);
}
