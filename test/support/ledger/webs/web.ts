import type { Columned } from '../client.js';
import type { Random } from '../random.js';
import {
  valueColumns,
  valueDefinitions,
  type ColumnKind,
  type LedgerColumn,
  type LedgerRow,
  type Shape,
} from '../shapes.js';

export type Action = 'CASCADE' | 'SET NULL' | 'RESTRICT' | 'NO ACTION';

/** `columns` of `child` refer to `parentColumns` of `parent`. */
export interface WebForeignKey {
  /** Unique in the web. Where several refer to one parent, InnoDB acts on them in the order of their names. */
  readonly name: string;
  readonly child: string;
  readonly columns: readonly string[];
  readonly parent: string;
  readonly parentColumns: readonly string[];
  readonly onDelete: Action;
  readonly onUpdate: Action;
}

/** Whose values they are: no two owners ever make the same one. */
export interface Owner {
  readonly index: number;
  readonly owners: number;
  /** How many different numbers or names he has for one column. */
  readonly universe: number;
}

export interface WebColumn extends LedgerColumn {
  readonly type: string;
  readonly nullable: boolean;
  /** The server takes upper and lower case for the same. */
  readonly folded: boolean;
  /** A value of the owner's own; null where values come from a parent. */
  readonly make: ((owner: Owner, random: Random) => string) | null;
}

export interface WebTable extends Columned, Pick<Shape, 'definition' | 'autoIncrement'> {
  readonly name: string;
  /** The key's and the foreign keys' columns; `columns` has the plain values, too. */
  readonly keyed: readonly WebColumn[];
  /** Column lists of its unique keys beside the primary one. */
  readonly uniques: readonly (readonly string[])[];
  /** Rows of the base fill, as a part of those that the run asks for. */
  readonly share: number;
}

/** Tables that foreign keys connect, each after those that it refers to, where that is possible. */
export interface Web {
  readonly name: string;
  readonly tables: readonly WebTable[];
  readonly foreignKeys: readonly WebForeignKey[];
  /** Sets of tables that are worth migrating while the others stay. */
  readonly migrations: readonly (readonly string[])[];
}

const anyCase = (text: string, random: Random) =>
  text.replaceAll(/[a-z]/g, (letter) => (random.chance(0.5) ? letter.toUpperCase() : letter));

/** The same for the server in another spelling, at times. */
export function respelled(column: WebColumn, value: string, random: Random): string {
  return column.folded && random.chance(0.4) ? anyCase(value.toLowerCase(), random) : value;
}

const column = (
  name: string,
  kind: ColumnKind,
  type: string,
  given: Partial<Pick<WebColumn, 'nullable' | 'folded' | 'make'>> = {},
): WebColumn => ({ name, kind, type, nullable: false, folded: false, make: null, ...given });

/** An integer of the owner's own. The owners' are interleaved, so that every chunk has rows of all. */
export const own = (name: string): WebColumn =>
  column(name, 'number', 'INT', {
    make: ({ index, owners, universe }, random) => String(1 + index + owners * random.below(universe)),
  });

/** A small number, for the rest of a key that begins with a parent's. */
export const line = (name: string): WebColumn =>
  column(name, 'number', 'INT', { make: (_, random) => String(random.between(1, 9)) });

/** A name of the owner's own in any case, under a collation that does not care. */
export const ownName = (name: string): WebColumn =>
  column(name, 'text', 'VARCHAR(40) COLLATE utf8mb4_general_ci', {
    folded: true,
    make: ({ index, universe }, random) => anyCase(`name-${random.below(universe).toString(36)}-of-${index}`, random),
  });

/** Refers to an integer. */
export const reference = (name: string): WebColumn => column(name, 'number', 'INT');

/** Refers to a name. */
export const nameReference = (name: string): WebColumn =>
  column(name, 'text', 'VARCHAR(40) COLLATE utf8mb4_general_ci', { folded: true });

export const nullable = (given: WebColumn): WebColumn => ({ ...given, nullable: true });

/** The first column is the primary key unless `key` says else. */
export function table(
  name: string,
  keyed: readonly WebColumn[],
  options: { key?: readonly string[]; uniques?: readonly string[][]; autoIncrement?: boolean; share?: number } = {},
): WebTable {
  const { key = [keyed[0]!.name], uniques = [], autoIncrement = false, share = 1 } = options;
  const definitions = [
    ...keyed.map(
      (column) =>
        `${column.name} ${column.type} ${column.nullable ? 'NULL' : 'NOT NULL'}${autoIncrement && column.name === key[0] ? ' AUTO_INCREMENT' : ''}`,
    ),
    valueDefinitions,
    `PRIMARY KEY (${key.join(', ')})`,
    ...uniques.map((columns) => `UNIQUE KEY only_${columns.join('_')} (${columns.join(', ')})`),
    'KEY by_v (v)',
  ];
  return {
    name,
    definition: `(${definitions.join(', ')}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    columns: [...keyed.map(({ name, kind }) => ({ name, kind })), ...valueColumns],
    keyColumns: key,
    keyed,
    uniques,
    autoIncrement,
    share,
  };
}

/** `child(a, b) -> parent(c, d)` with what happens on delete and on update. */
export function foreignKey(name: string, text: string, onDelete: Action, onUpdate: Action): WebForeignKey {
  const parts = /^(\w+)\((.+)\) -> (\w+)\((.+)\)$/.exec(text);
  if (!parts) throw new Error(`not a foreign key: ${text}`);
  const [, child, columns, parent, parentColumns] = parts as unknown as [string, string, string, string, string];
  return {
    name,
    child,
    columns: columns.split(', '),
    parent,
    parentColumns: parentColumns.split(', '),
    onDelete,
    onUpdate,
  };
}

export function keyedColumn(table: WebTable, name: string): WebColumn {
  const found = table.keyed.find((column) => column.name === name);
  if (!found) throw new Error(`${table.name} has no column ${name} in a key`);
  return found;
}

/** What makes rows with these values the same for the server; null when one of them is NULL, which is equal to nothing. */
export function identityOf(table: WebTable, columns: readonly string[], row: LedgerRow): string | null {
  const parts: string[] = [];
  for (const name of columns) {
    const value = row[name];
    if (value === null || value === undefined) return null;
    parts.push(keyedColumn(table, name).folded ? value.toLowerCase() : value);
  }
  return parts.join('/');
}

/** The order of the primary key. */
export function compareKeys(table: WebTable, a: LedgerRow, b: LedgerRow): number {
  for (const name of table.keyColumns) {
    const { kind, folded } = keyedColumn(table, name);
    const [left, right] = [a[name]!, b[name]!];
    const difference = kind === 'number' ? Number(left) - Number(right) : compareText(left, right, { folded });
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareText(a: string, b: string, { folded }: { folded: boolean }): number {
  const [left, right] = folded ? [a.toLowerCase(), b.toLowerCase()] : [a, b];
  return left < right ? -1 : left > right ? 1 : 0;
}
