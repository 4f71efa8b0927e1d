import type { Session } from '../db/session.js';
import { changesChildren, readForeignKeys, type ForeignKey } from '../schema/foreign-keys.js';
import { readTable } from '../schema/introspect.js';
import { quoteTable, shadowSchemaOf, type TableName } from '../schema/names.js';
import type { Column, Table, TableMapping } from '../schema/table.js';
import { concernsShadow, whyUntraceable } from './cascade-columns.js';
import { buildFollowed, followedTable } from './followed.js';
import type { ForeignKeyPlan, Move, Refusal } from './plan.js';

/** What is migrated, as far as foreign keys are concerned. */
export interface Migrated {
  readonly database: string;
  readonly tables: readonly TableMapping[];
  readonly moves: readonly Move[];
}

export interface ForeignKeyResult {
  readonly plan: ForeignKeyPlan;
  readonly refusals: readonly Refusal[];
}

/**
 * What becomes of the foreign keys around the migrated tables. `built` is the schema where the change was tried; both sides are read from the server.
 */
export async function planForeignKeys(session: Session, migrated: Migrated, built: string): Promise<ForeignKeyResult> {
  const { database } = migrated;
  const before = await readForeignKeys(session, database);
  const after = (await readForeignKeys(session, built)).map((key) => movedTo(database, key, built));
  const border = borderOf(migrated, before, after);
  const unlogged = cascadesInto(
    migrated.tables.map(({ source }) => source.name.table),
    before.filter((key) => isOf(database, key) && matters(migrated.tables, key)),
  );
  const refusals = [...elsewhere(migrated, before), ...border.refusals];
  const structure = async (table: string): Promise<Table | null> => readTable(session, { schema: database, table });
  const { planned, attached } = border.keys;
  const unsound = new Set<ForeignKey>();
  for (const key of planned) {
    const child = await readTable(session, { schema: built, table: key.child.table });
    const parent = attached.includes(key)
      ? await structure(key.parent.table)
      : await readTable(session, { schema: built, table: key.parent.table });
    const fault = faultOf(key, child, parent);
    if (fault === null) continue;
    unsound.add(key);
    refusals.push(refused(key.child.table, fault, unsuitable));
  }

  const followed: TableMapping[] = [];
  for (const table of unlogged.followed) {
    const mapping = await follow(session, await structure(table), unlogged.cascades, built);
    if (mapping) followed.push(mapping);
    else
      refusals.push(
        refused(
          table,
          `rows of ${table} change by cascade, and it has no key by which they could be followed`,
          unfollowable,
        ),
      );
  }
  const watched = (await Promise.all(unlogged.watched.map(structure))).filter((table) => table !== null);
  refusals.push(...untraceable([...migrated.tables, ...followed], unlogged.cascades, watched));
  const added = border.keys.added.filter((key) => !unsound.has(key));
  return { plan: { ...border.keys, added, cascades: unlogged.cascades, followed, watched }, refusals };
}

const unsuitable =
  'Change both ends together, create what is missing first, or leave the foreign key out of the change.';
const unfollowable = 'Give it a PRIMARY KEY or a UNIQUE key of NOT NULL columns first.';

/** Without foreign_key_checks the server accepts a key that it would not enforce: why this one is such, null when it is sound. */
function faultOf(
  { name, columns, parentColumns, ...ends }: ForeignKey,
  child: Table | null,
  parent: Table | null,
): string | null {
  const from = `${name} of ${ends.child.table}`;
  if (parent === null) return `${from} refers to ${ends.parent.table}, which is not there`;
  const [own, others] = [columnsOf(child, columns), columnsOf(parent, parentColumns)];
  const unlike = own.findIndex((column, i) => !column || !others[i] || !refersTo(column, others[i]));
  if (unlike >= 0)
    return `${from} refers from ${columns[unlike]!} ${own[unlike]?.columnType ?? ''} to ${ends.parent.table}.${parentColumns[unlike]!} ${others[unlike]?.columnType ?? ''}: the types are not alike`;
  if (!isIndexed(parent, parentColumns))
    return `${from} refers to ${ends.parent.table} (${parentColumns.join(', ')}), which has no index`;
  return null;
}

function columnsOf(table: Table | null, names: readonly string[]): (Column | undefined)[] {
  return names.map((name) => table?.columns.find((column) => same(column.name, name)));
}

/** Lengths of texts may differ. */
function refersTo(child: Column, parent: Column): boolean {
  if (child.charset !== null || parent.charset !== null) return child.collation === parent.collation;
  return child.dataType === parent.dataType && child.unsigned === parent.unsigned;
}

function isIndexed({ indexes }: Table, columns: readonly string[]): boolean {
  return indexes.some(({ parts }) =>
    columns.every((name, i) => same(parts[i]?.column ?? '', name) && parts[i]?.prefixLength === null),
  );
}

function isOf(database: string, { child, parent }: ForeignKey): boolean {
  return child.schema === database && parent.schema === database;
}

export function matters(tables: readonly TableMapping[], foreignKey: ForeignKey): boolean {
  const child = tables.find(({ source }) => source.name.table === foreignKey.child.table);
  return child === undefined || concernsShadow({ foreignKey, child });
}

function movedTo(database: string, key: ForeignKey, built: string): ForeignKey {
  const moved = (name: TableName): TableName => (name.schema === built ? { ...name, schema: database } : name);
  return { ...key, child: moved(key.child), parent: moved(key.parent) };
}

type Border = Pick<ForeignKeyPlan, 'planned' | 'attached' | 'repointed' | 'detached' | 'added' | 'neighbours'>;

/** Pure: sorts the keys of one database by the side of the border on which their ends are. */
export function borderOf(
  migrated: Migrated,
  before: readonly ForeignKey[],
  after: readonly ForeignKey[],
): { readonly keys: Border; readonly refusals: readonly Refusal[] } {
  const { database, tables, moves } = migrated;
  const moved = (...kinds: readonly Move['kind'][]): string[] =>
    moves.filter(({ kind }) => kinds.includes(kind)).map(({ table }) => table);
  const sources = new Set([...tables.map(({ source }) => source.name.table), ...moved('dropped', 'replaced')]);
  const targets = new Set([...tables.map(({ shadow }) => shadow.name.table), ...moved('created', 'replaced')]);
  const isSource = ({ schema, table }: TableName): boolean => schema === database && sources.has(table);
  const isTarget = ({ schema, table }: TableName): boolean => schema === database && targets.has(table);
  const stays = (name: TableName): boolean => name.schema === database && !isSource(name) && !isTarget(name);

  const own = before.filter((key) => isOf(database, key));
  const planned = after.filter(({ child }) => isTarget(child));
  const attached = planned.filter(({ parent }) => !isTarget(parent));
  const detached = own.filter(({ child, parent }) => isSource(child) && !isSource(parent));
  const crossing = own.filter(({ child, parent }) => stays(child) && isSource(parent));
  const repointed = crossing.map((key) => repointedKey(key, migrated));
  const known = new Set(own.filter(({ child }) => isSource(child)).map((key) => ends(translated(key, migrated))));

  const passed = attached.map(({ parent }) => quoteTable(parent));
  const touching = [...own, ...planned].filter(
    ({ child, parent }) =>
      [child, parent].some((end) => isSource(end) || isTarget(end)) || passed.includes(quoteTable(parent)),
  );
  const special = new Set([...passed, ...crossing.map(({ child }) => quoteTable(child))]);
  const neighbours = distinct(
    touching
      .flatMap(({ child, parent }) => [child, parent])
      .filter((end) => stays(end) && !special.has(quoteTable(end))),
  );
  return {
    keys: {
      planned,
      attached,
      detached,
      repointed: repointed.flatMap(({ key }) => (key ? [key] : [])),
      added: planned.filter((key) => !known.has(ends(key))),
      neighbours,
    },
    refusals: [
      ...attached
        .filter(({ parent }) => isSource(parent))
        .map(({ name, child, parent }) =>
          refused(
            child.table,
            `${name} of ${child.table} refers to ${parent.table}, which the change removes`,
            unsuitable,
          ),
        ),
      ...repointed.flatMap(({ refusal }) => (refusal ? [refusal] : [])),
    ],
  };
}

/** A key of a table that stays, as it must be after the cutover; refused when the new parent cannot carry it. */
function repointedKey(key: ForeignKey, { tables, moves }: Migrated): { key?: ForeignKey; refusal?: Refusal } {
  const isReplaced = moves.some(({ kind, table }) => kind === 'replaced' && table === key.parent.table);
  const mapping = tables.find(({ source }) => source.name.table === key.parent.table);
  if (!mapping) {
    if (isReplaced) return { key };
    return {
      refusal: refused(
        key.child.table,
        `${key.child.table} refers to ${key.parent.table} by ${key.name}, and the change removes ${key.parent.table}`,
        'Drop the foreign key in the same change.',
      ),
    };
  }
  const columns = key.parentColumns.map((name) => mapping.columns.find(({ source }) => same(source.name, name)));
  const kept = columns.every(
    (column) =>
      column &&
      column.source.columnType === column.shadow.columnType &&
      column.source.collation === column.shadow.collation,
  );
  const parentColumns = columns.map((column) => column?.shadow.name ?? '');
  if (!kept || !isIndexed(mapping.shadow, parentColumns)) {
    return {
      refusal: refused(
        key.parent.table,
        `${key.child.table} refers to ${key.parent.table} (${key.parentColumns.join(', ')}) by ${key.name}, and the change does not keep these columns with their type and an index`,
        `Change ${key.child.table} in the same migration, or keep the columns.`,
      ),
    };
  }
  return { key: { ...key, parent: { ...key.parent, table: mapping.shadow.name.table }, parentColumns } };
}

/** A source's key in the names of the new structure; what the change does not keep stays as it was called. */
function translated(key: ForeignKey, { tables }: Migrated): ForeignKey {
  const translate = (name: TableName, columns: readonly string[]): [TableName, string[]] => {
    const mapping = tables.find(({ source }) => source.name.table === name.table);
    if (!mapping) return [name, [...columns]];
    const renamed = columns.map(
      (column) => mapping.columns.find(({ source }) => same(source.name, column))?.shadow.name ?? column,
    );
    return [{ ...name, table: mapping.shadow.name.table }, renamed];
  };
  const [child, columns] = translate(key.child, key.columns);
  const [parent, parentColumns] = translate(key.parent, key.parentColumns);
  return { ...key, child, columns, parent, parentColumns };
}

/** What a key says, whatever its name and actions: rows that satisfy one satisfy every other of the same text. */
function ends({ child, columns, parent, parentColumns }: ForeignKey): string {
  const pairs = columns.map((column, i) => `${column}=${parentColumns[i]!}`.toLowerCase()).sort();
  return JSON.stringify([child.table, parent.table, pairs]);
}

/**
 * Which foreign keys make InnoDB change rows of the copied tables without an event, and what must be known of their parents. A parent whose own rows
 * change that way, in the columns that are referred to, must be followed: the log does not tell of it.
 */
export function cascadesInto(
  copied: readonly string[],
  keys: readonly ForeignKey[],
): { readonly cascades: ForeignKey[]; readonly followed: string[]; readonly watched: string[] } {
  const unlogged = keys.filter(changesChildren);
  const known = new Set(copied);
  const cascades: ForeignKey[] = [];
  const watched = new Set<string>();
  const queue = [...copied];
  for (let table = queue.shift(); table !== undefined; table = queue.shift()) {
    for (const key of unlogged.filter(({ child }) => child.table === table)) {
      cascades.push(key);
      const parent = key.parent.table;
      if (known.has(parent)) continue;
      if (!unlogged.some((above) => above.child.table === parent && changesColumns(above, key.parentColumns))) {
        watched.add(parent);
        continue;
      }
      known.add(parent);
      queue.push(parent);
    }
  }
  const followed = [...known].filter((table) => !copied.includes(table));
  return { cascades, followed, watched: [...watched].filter((table) => !known.has(table)) };
}

function changesColumns(key: ForeignKey, columns: readonly string[]): boolean {
  if (key.onDelete === 'CASCADE') return true;
  return key.columns.some((own) => columns.some((column) => same(own, column)));
}

/** Builds the helper table where the change is tried; its mapping is onto the one that the shadow will have. */
async function follow(
  session: Session,
  table: Table | null,
  cascades: readonly ForeignKey[],
  built: string,
): Promise<TableMapping | null> {
  if (table === null) return null;
  const lists = cascades.flatMap(({ child, columns, parent, parentColumns }) => [
    ...(child.table === table.name.table ? [columns] : []),
    ...(parent.table === table.name.table ? [parentColumns] : []),
  ]);
  const followed = followedTable(table, lists);
  if (followed === null) return null;
  return buildFollowed(session, followed, built, {
    schema: shadowSchemaOf(table.name.schema),
    table: followed.table,
  });
}

export function untraceable(
  mappings: readonly TableMapping[],
  cascades: readonly ForeignKey[],
  watched: readonly Table[],
): Refusal[] {
  const mappingOf = (name: string): TableMapping | undefined => mappings.find(({ table }) => table === name);
  return cascades.flatMap((foreignKey) => {
    const child = mappingOf(foreignKey.child.table);
    const copied = mappingOf(foreignKey.parent.table);
    const parent = copied?.source ?? watched.find(({ name }) => name.table === foreignKey.parent.table);
    if (!child || !parent) return [];
    const perishable = cascades.some(
      (above) => above.child.table === foreignKey.parent.table && changesColumns(above, foreignKey.parentColumns),
    );
    const copiedParent = copied ? { mapping: copied, perishable } : null;
    const reason = whyUntraceable({ foreignKey, child, parent, copiedParent });
    if (reason === null) return [];
    return [
      refused(
        foreignKey.child.table,
        reason,
        'Drop the foreign key first, by itself (metadata only), then change the column.',
      ),
    ];
  });
}

/** Keys to and from other databases are left alone, and so are their tables. */
function elsewhere({ database, tables, moves }: Migrated, before: readonly ForeignKey[]): Refusal[] {
  const own = [...tables.map(({ source }) => source.name.table), ...moves.map(({ table }) => table)];
  return before
    .filter(({ child, parent }) => child.schema !== parent.schema)
    .flatMap((key) => {
      const end = key.child.schema === database ? key.child : key.parent;
      if (!own.includes(end.table)) return [];
      return [
        refused(
          end.table,
          `${end.table} has a foreign key to or from another database: ${key.name} from ${quoteTable(key.child)} to ${quoteTable(key.parent)}`,
          'Drop it for the time of the migration; foreign keys across databases are not supported.',
        ),
      ];
    });
}

function refused(table: string, message: string, remedy: string): Refusal {
  return { code: 'foreign-keys', table, message, remedy };
}

function distinct(names: readonly TableName[]): TableName[] {
  return [...new Map(names.map((name) => [quoteTable(name), name])).values()];
}

/** Column names are the same in any case. */
function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
