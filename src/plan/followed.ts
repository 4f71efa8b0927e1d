import { quoteId } from '../db/quote.js';
import { quoteTable, shadowSchemaOf, shortened, type TableName } from '../schema/names.js';
import type { Column, Index, Table, TableMapping } from '../schema/table.js';
import { chooseKey } from './driver-key.js';

/** A helper table of the shadow schema that has some columns of a table that stays, and is kept in step with it like any shadow. */
export interface FollowedTable {
  readonly createSql: string;
  readonly mapping: TableMapping;
}

/**
 * The helper for a table whose rows InnoDB changes without an event: its key, and the column lists by which it is looked up, each with an index.
 * Null when the table has no key that can drive a copy.
 */
export function followedTable(source: Table, lookups: readonly (readonly string[])[]): FollowedTable | null {
  const all = source.columns.map((column) => ({ source: column, shadow: plain(column) }));
  const found = chooseKey(source, source, all);
  if (found === null) return null;
  const wanted = new Set(
    [...found.columns.map(({ name }) => name), ...lookups.flat()].map((name) => name.toLowerCase()),
  );
  const columns = all.filter(({ source: { name } }) => wanted.has(name.toLowerCase()));
  const names = (list: readonly string[]): string[] =>
    list.map((name) => columns.find(({ source: own }) => own.name.toLowerCase() === name.toLowerCase())!.shadow.name);
  const indexes = [
    indexOf(
      'PRIMARY',
      found.columns.map(({ name }) => name),
    ),
    ...lookups.map((list, i) => indexOf(`lookup_${i}`, names(list))),
  ];
  const name = followedNameOf(source.name);
  const createSql = createSqlOf(
    name,
    columns.map(({ shadow }) => shadow),
    indexes,
  );
  const shadow: Table = {
    ...source,
    name,
    columns: columns.map((column) => column.shadow),
    indexes,
    createSql,
    autoIncrement: null,
    partitioned: false,
  };
  const shadowColumns = found.columns.map(
    ({ name: own }) => columns.find((column) => column.source.name === own)!.shadow,
  );
  const key = { ...found, shadowColumns };
  return { createSql, mapping: { table: source.name.table, source, shadow, key, columns, renames: {} } };
}

function followedNameOf({ schema, table }: TableName): TableName {
  return { schema: shadowSchemaOf(schema), table: `$follow$${shortened(table)}` };
}

/** Type, charset and NULL are all that matters of a value that is copied and compared. */
function plain(column: Column): Column {
  return { ...column, defaultSql: null, autoIncrement: false, generated: null, generationSql: null, invisible: false };
}

function indexOf(name: string, columns: readonly string[]): Index {
  const parts = columns.map((column) => ({ column, prefixLength: null }));
  return { name, unique: name === 'PRIMARY', kind: 'BTREE', parts };
}

function createSqlOf(name: TableName, columns: readonly Column[], indexes: readonly Index[]): string {
  const columnSql = columns.map(({ name: own, columnType, charset, collation, nullable }) => {
    const text = charset === null ? '' : ` CHARACTER SET ${charset} COLLATE ${collation!}`;
    return `${quoteId(own)} ${columnType}${text}${nullable ? ' NULL' : ' NOT NULL'}`;
  });
  const indexSql = indexes.map(({ name: own, unique, parts }) => {
    const list = parts.map(({ column }) => quoteId(column)).join(', ');
    return unique ? `PRIMARY KEY (${list})` : `KEY ${quoteId(own)} (${list})`;
  });
  return `CREATE TABLE ${quoteTable(name)} (${[...columnSql, ...indexSql].join(', ')}) ENGINE=InnoDB`;
}
