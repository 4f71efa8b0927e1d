import { quoteId, quoteString } from '../db/quote.js';
import type { Session } from '../db/session.js';
import { readCreateSql, tableNames } from '../schema/introspect.js';
import { quoteTable } from '../schema/names.js';
import { cloneTable } from './clone-table.js';

/** The structure of every table of a schema, as SHOW CREATE TABLE says it without the counter, by name. */
export type Structures = ReadonlyMap<string, string>;

/** Everything that a schema holds. */
export interface SchemaContent {
  /** Tables with rows of their own, whatever their engine. */
  readonly tables: Structures;
  /** Views, sequences, routines, triggers and events, as `view v`. */
  readonly others: readonly string[];
}

/** Tables in which migration tools keep what they have done. `*` stands for any text. */
const knownVersionTables = [
  ...['alembic_version', 'alembic_version_*', 'migrate_version', 'knex_migrations', 'knex_migrations_lock'],
  ...['schema_migrations', 'flyway_schema_history', 'schema_version', 'django_migrations', 'databasechangelog'],
  ...['databasechangeloglock', 'phinxlog', 'doctrine_migration_versions', 'migration_versions', 'SequelizeMeta'],
  ...['migrations', '_prisma_migrations', 'typeorm_migrations', 'goose_db_version', 'ar_internal_metadata'],
];

export function isVersionTable(table: string, declared: readonly string[]): boolean {
  return [...knownVersionTables, ...declared].some((pattern) =>
    pattern.endsWith('*')
      ? table.startsWith(pattern.slice(0, -1))
      : table === pattern || table.toLowerCase() === pattern.toLowerCase(),
  );
}

/** Engines whose tables hold their rows themselves; a copy of any other one could be a way to somebody else's rows. */
const ownEngines = new Set(['InnoDB', 'Aria', 'MyISAM', 'MEMORY', 'ARCHIVE', 'CSV']);

/** Reads what a schema holds. */
export async function readContent(session: Session, schema: string): Promise<SchemaContent> {
  const rows = await session.query(
    `SELECT TABLE_NAME t, TABLE_TYPE type, ENGINE e FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteString(schema)} ORDER BY TABLE_NAME`,
  );
  const tables = new Map<string, string>();
  const others: string[] = [];
  for (const row of rows) {
    const [table, type] = [row['t']!, row['type']!];
    if ((type === 'BASE TABLE' || type === 'SYSTEM VERSIONED') && ownEngines.has(row['e'] ?? '')) {
      tables.set(table, await readCreateSql(session, { schema, table }));
    } else others.push(`${type.toLowerCase()} ${table}`);
  }
  return { tables, others: [...others, ...(await storedPrograms(session, schema))] };
}

async function storedPrograms(session: Session, schema: string): Promise<string[]> {
  const rows = await session.query(
    `SELECT CONCAT(LOWER(ROUTINE_TYPE), ' ', ROUTINE_NAME) n FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ${quoteString(schema)}
     UNION ALL SELECT CONCAT('trigger ', TRIGGER_NAME) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ${quoteString(schema)}
     UNION ALL SELECT CONCAT('event ', EVENT_NAME) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ${quoteString(schema)}`,
  );
  return rows.map((row) => row['n'] ?? '');
}

/**
 * Gives an empty schema the structure of every table of the database, and the rows of the migration tools' own tables. Foreign keys to other
 * schemas are left out. Answers with the structures as they came out; where that is not the source's, it is for the caller to say whether it matters.
 */
export async function cloneDatabase(
  session: Session,
  input: { readonly database: string; readonly schema: string; readonly versionTables: readonly string[] },
): Promise<Structures> {
  const { database, schema, versionTables } = input;
  const { tables } = await readContent(session, database);
  // What is stored was accepted once, whatever the server thinks of it today.
  await session.execute('SET SESSION innodb_strict_mode = 0');
  await session.execute(`USE ${quoteId(schema)}`);
  const cloned = new Map<string, string>();
  for (const [table, createSql] of tables) {
    await cloneTable(session, { database, schema, table, createSql });
    cloned.set(table, await readCreateSql(session, { schema, table }));
    if (isVersionTable(table, versionTables)) {
      await session.execute(`INSERT INTO ${quoteId(table)} SELECT * FROM ${quoteTable({ schema: database, table })}`);
    }
  }
  return cloned;
}

/** Sums over all rows of each table; equal for equal rows in tables of the same structure. */
export async function sumRows(
  session: Session,
  schema: string,
  tables: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  if (tables.length === 0) return new Map();
  const names = tables.map((table) => quoteTable({ schema, table }));
  const rows = await session.query(`CHECKSUM TABLE ${names.join(', ')} EXTENDED`);
  return new Map(tables.map((table, at) => [table, rows[at]?.['Checksum'] ?? null]));
}

export async function countRows(session: Session, schema: string, table: string): Promise<number> {
  const { n } = await session.queryOne(`SELECT COUNT(*) n FROM ${quoteTable({ schema, table })}`);
  return Number(n);
}

/** Those of the tables that have any rows. */
export async function tablesWithRows(session: Session, schema: string, tables: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const table of tables) {
    const rows = await session.query(`SELECT 1 found FROM ${quoteTable({ schema, table })} LIMIT 1`);
    if (rows.length > 0) found.push(table);
  }
  return found;
}

/** Drops everything of a schema but these tables. */
export async function dropAllBut(session: Session, schema: string, kept: readonly string[]): Promise<void> {
  for (const table of await tableNames(session, schema)) {
    if (!kept.includes(table)) await session.execute(`DROP TABLE ${quoteTable({ schema, table })}`);
  }
}
