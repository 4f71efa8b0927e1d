import { quoteId } from '../db/quote.js';
import type { Session } from '../db/session.js';
import { readTable } from '../schema/introspect.js';
import { quoteTable, shortened, type TableName } from '../schema/names.js';
import type { Column, DriverKey, Table, TableMapping } from '../schema/table.js';
import { columnNamed } from './cascade-columns.js';
import { chooseKey } from './driver-key.js';

/** The helper table that keeps the keys of a table that stays, in the shadow schema. `$` keeps it apart from names that people choose. */
export interface FollowedTable {
  readonly table: string;
  /** Unqualified, as it is run in the shadow schema. */
  readonly createSql: string;
  /** The mapping onto the helper table as the server built it. */
  mapping(built: Table): TableMapping;
}

/**
 * A helper table with the driver key of `source` and the columns of each list (those of foreign keys to and from it), every list indexed: what is
 * needed to follow a cascade through a table that is not migrated. Null when no key of the table can drive it.
 */
export function followedTable(source: Table, columnLists: readonly (readonly string[])[]): FollowedTable | null {
  const key = chooseKey(
    source,
    source,
    source.columns.map((column) => ({ source: column, shadow: column, expression: null })),
  );
  if (key === null) return null;
  const lists = columnLists.map((names) => names.map((name) => existing(source, name)));
  const wanted = new Set([...key.columns, ...lists.flat()].map(({ name }) => name));
  const columns = source.columns.filter(({ name }) => wanted.has(name));
  const table = `$follow$${shortened(source.name.table)}`;
  const definitions = [
    ...columns.map(definitionOf),
    `PRIMARY KEY (${listOf(key.columns)})`,
    ...distinct(lists)
      .filter((list) => !isPrefix(list, key.columns))
      .map((list, index) => `KEY ${quoteId(`list${index}`)} (${listOf(list)})`),
  ];
  return {
    table,
    createSql: `CREATE TABLE ${quoteId(table)} (\n  ${definitions.join(',\n  ')}\n) ENGINE=InnoDB ROW_FORMAT=DYNAMIC`,
    mapping: (built) => mappingOf(source, key, columns, built),
  };
}

/** Builds a followed table inside `schema` and reads it back; `as` is the name that its mapping is to have. */
export async function buildFollowed(
  session: Session,
  followed: FollowedTable,
  schema: string,
  as: TableName = { schema, table: followed.table },
): Promise<TableMapping> {
  const name = { schema, table: followed.table };
  await session.execute(followed.createSql.replace(quoteId(followed.table), quoteTable(name)));
  const built = await readTable(session, name);
  if (built === null) throw new Error(`${quoteTable(name)} was built and is not there`);
  return followed.mapping({ ...built, name: as });
}

/** Builds a helper table again, as it was read back, in the schema that its name says. */
export async function rebuildFollowed(session: Session, { name, createSql }: Table): Promise<void> {
  const head = `CREATE TABLE ${quoteId(name.table)}`;
  if (!createSql.startsWith(head)) throw new Error(`not the structure of ${name.table}: ${createSql}`);
  await session.execute(`CREATE TABLE ${quoteTable(name)}${createSql.slice(head.length)}`);
}

function mappingOf(source: Table, key: DriverKey, columns: readonly Column[], built: Table): TableMapping {
  const shadowOf = (column: Column): Column => existing(built, column.name);
  return {
    table: source.name.table,
    source,
    shadow: built,
    key: { ...key, shadowColumns: key.columns.map(shadowOf) },
    columns: columns.map((column) => ({ source: column, shadow: shadowOf(column), expression: null })),
    renames: {},
  };
}

/** The column's type without what only matters to who writes: defaults, counters, expressions. */
function definitionOf(column: Column): string {
  const text = column.charset === null ? '' : ` CHARACTER SET ${column.charset} COLLATE ${column.collation!}`;
  return `${quoteId(column.name)} ${column.columnType}${text} ${column.nullable ? 'NULL' : 'NOT NULL'}`;
}

function existing(table: Table, name: string): Column {
  const column = columnNamed(table, name);
  if (column === null) throw new Error(`${table.name.table} has no column ${name}`);
  return column;
}

function listOf(columns: readonly Column[]): string {
  return columns.map(({ name }) => quoteId(name)).join(', ');
}

function isPrefix(list: readonly Column[], of: readonly Column[]): boolean {
  return list.every(({ name }, index) => of[index]?.name === name);
}

function distinct(lists: readonly (readonly Column[])[]): (readonly Column[])[] {
  return [...new Map(lists.map((list) => [listOf(list), list])).values()];
}
