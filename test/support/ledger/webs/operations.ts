import { assignments, tupleOf, whereKeys } from '../client.js';
import type { Random } from '../random.js';
import { values, type LedgerRow } from '../shapes.js';
import { keyedColumn, respelled, type WebForeignKey, type WebTable } from './web.js';
import type { Rows, World } from './world.js';
import type { WebTransaction } from './transaction.js';

export type WebOperationName =
  | 'insert'
  | 'insert family'
  | 'insert orphan'
  | 'update'
  | 'move'
  | 'detach'
  | 'update key'
  | 'delete'
  | 'delete children'
  | 'replace'
  | 'upsert'
  | 'reinsert'
  | 'read';

/** Where an operation happens. */
export interface Scene {
  readonly tx: WebTransaction;
  readonly world: World;
  readonly rows: Rows;
  readonly random: Random;
}

/** One thing that a service does to its own rows of a table. Whatever foreign keys make of it is the model's business. */
export interface WebOperation {
  readonly name: WebOperationName;
  readonly weight: number;
  /** False when it takes several statements that must be in one transaction. */
  readonly single: boolean;
  readonly suits: (world: World, rows: Rows) => boolean;
  readonly run: (scene: Scene) => Promise<void>;
}

/** How often a value that must not be there yet is tried. */
const tries = 12;

function pickKeys({ rows, random }: Pick<Scene, 'rows' | 'random'>, count: number): string[] {
  const picked = new Set<string>();
  for (let left = Math.min(count, rows.live.size); left > 0; left--)
    picked.add(rows.live.at(random.below(rows.live.size)));
  return [...picked];
}

const newValues = (random: Random): LedgerRow => ({
  ...Object.fromEntries(Object.entries(values).map(([name, make]) => [name, make(random)])),
  n: String(random.below(100)),
});

/** The values of a child's columns that refer to this row of the parent; in another spelling at times. */
export function referring(world: World, foreignKey: WebForeignKey, parent: LedgerRow, random: Random): LedgerRow {
  const child = world.rows(foreignKey.child).table;
  return Object.fromEntries(
    foreignKey.columns.map((column, index) => [
      column,
      respelled(keyedColumn(child, column), parent[foreignKey.parentColumns[index]!]!, random),
    ]),
  );
}

const isNullable = (table: WebTable, { columns }: WebForeignKey) =>
  columns.every((column) => keyedColumn(table, column).nullable);

/** NULL in the foreign key's columns, at times only in one of several: such a row refers to nothing either. */
function detached({ columns }: WebForeignKey, random: Random): LedgerRow {
  const one = columns.length > 1 && random.chance(0.3) ? random.pick(columns) : null;
  return Object.fromEntries(columns.filter((column) => one === null || column === one).map((column) => [column, null]));
}

/** Values for a foreign key: of a parent that is there, or NULL. Null when it may not be NULL and there is no parent. */
export function someReference(world: World, foreignKey: WebForeignKey, random: Random): LedgerRow | null {
  const { table } = world.rows(foreignKey.child);
  const parents = world.rows(foreignKey.parent);
  const [key] = pickKeys({ rows: parents, random }, 1);
  const mayBeNull = isNullable(table, foreignKey);
  if (key !== undefined && !(mayBeNull && random.chance(0.12))) {
    return referring(world, foreignKey, parents.get(key)!, random);
  }
  return mayBeNull ? Object.fromEntries(foreignKey.columns.map((column) => [column, null])) : null;
}

/** Values of the owner's own for some columns of a table. */
function ownValues({ table, owner }: Rows, columns: readonly string[], random: Random): LedgerRow {
  return Object.fromEntries(
    columns.flatMap((name) => {
      const { make } = keyedColumn(table, name);
      return make === null ? [] : [[name, make(owner, random)]];
    }),
  );
}

/** Values for a foreign key that refer to no row, unless chance has it. Null when none could be made. */
function strayReference(world: World, foreignKey: WebForeignKey, random: Random): LedgerRow | null {
  const parents = world.rows(foreignKey.parent);
  const [key] = pickKeys({ rows: parents, random }, 1);
  const stray = {
    ...(key === undefined ? {} : parents.get(key)),
    ...ownValues(parents, foreignKey.parentColumns, random),
  };
  return foreignKey.parentColumns.every((column) => column in stray)
    ? referring(world, foreignKey, stray, random)
    : null;
}

/** A whole row that no unique key forbids, and that refers to rows that are there. Null when none was found. */
export function newRow(world: World, rows: Rows, random: Random, given: LedgerRow = {}): LedgerRow | null {
  const { table } = rows;
  for (let left = tries; left > 0; left--) {
    let row: LedgerRow = {
      ...ownValues(
        rows,
        table.keyed.map(({ name }) => name),
        random,
      ),
      ...newValues(random),
    };
    for (const foreignKey of world.foreignKeysOf(table.name)) {
      const reference = someReference(world, foreignKey, random);
      if (reference === null && !foreignKey.columns.every((column) => column in given)) return null;
      row = { ...row, ...reference };
    }
    row = { ...row, ...given };
    if (isFree(rows, row)) return row;
  }
  return null;
}

function isFree(rows: Rows, row: LedgerRow): boolean {
  return [rows.table.keyColumns, ...rows.table.uniques].every((columns) => {
    const identity = rows.identity(columns, row);
    return identity === null || rows.holderOf(columns, identity) === null;
  });
}

const columnsOf = (table: WebTable) => table.columns.map(({ name }) => name);

/** `(id, …) VALUES (1, …), …` */
export function valuesSql(table: WebTable, rows: readonly LedgerRow[]): string {
  const tuples = rows.map((row) => tupleOf(table, columnsOf(table), row)).join(', ');
  return `${table.name} (${columnsOf(table).join(', ')}) VALUES ${tuples}`;
}

/** A condition that is true for all children of one parent. */
const whereRefers = ({ table }: Rows, { columns }: WebForeignKey, reference: LedgerRow) =>
  whereKeys({ columns: table.columns, keyColumns: columns }, [reference]);

/** A condition that is true for exactly these rows; at times in another spelling that the server takes for equal. */
function whereKeysAre(rows: Rows, keys: readonly string[], random: Random): string {
  const { table } = rows;
  const spelled = (row: LedgerRow, column: string) => respelled(keyedColumn(table, column), row[column]!, random);
  return whereKeys(
    table,
    keys.map((key) => Object.fromEntries(table.keyColumns.map((column) => [column, spelled(rows.get(key)!, column)]))),
  );
}

async function insertRows({ tx }: Scene, rows: Rows, inserted: readonly LedgerRow[]): Promise<void> {
  await tx.run(`INSERT INTO ${valuesSql(rows.table, inserted)}`, (rules) => {
    for (const row of inserted) rules.insert(rows, row);
    return inserted.length;
  });
}

async function insert(scene: Scene): Promise<void> {
  const { world, rows, random } = scene;
  const found = new Map<string, LedgerRow>();
  const taken = new Set<string>();
  for (let left = random.between(1, 3); left > 0; left--) {
    const row = newRow(world, rows, random);
    if (row === null) continue;
    const identities = rows.table.uniques.map((columns) => `${columns.join()} ${rows.identity(columns, row)}`);
    if (found.has(rows.keyOf(row)) || identities.some((identity) => taken.has(identity))) continue;
    for (const identity of identities) taken.add(identity);
    found.set(rows.keyOf(row), row);
  }
  if (found.size > 0) await insertRows(scene, rows, [...found.values()]);
}

/** A row, and children of it, and of them: a statement each. */
async function insertFamily(scene: Scene): Promise<void> {
  const { world, rows, random } = scene;
  const grow = async (parents: Rows, given: LedgerRow, depth: number): Promise<void> => {
    const row = newRow(world, parents, random, given);
    if (row === null) return;
    await insertRows(scene, parents, [row]);
    if (depth === 0) return;
    for (const foreignKey of world.referringTo(parents.table.name)) {
      if (random.chance(0.5)) {
        await grow(world.rows(foreignKey.child), referring(world, foreignKey, row, random), depth - 1);
      }
    }
  };
  await grow(rows, {}, 3);
}

/** A child whose parent is not there, most of the time. */
async function insertOrphan(scene: Scene): Promise<void> {
  const { world, rows, random } = scene;
  const stray = strayReference(world, random.pick(world.foreignKeysOf(rows.table.name)), random);
  const row = stray && newRow(world, rows, random, stray);
  if (row) await insertRows(scene, rows, [row]);
}

async function setValues(scene: Scene, keys: readonly string[], set: LedgerRow): Promise<void> {
  const { tx, rows, random } = scene;
  if (keys.length === 0) return;
  const sorted = rows.sorted(keys);
  const sql = `UPDATE ${rows.table.name} SET ${assignments(rows.table, set)} WHERE ${whereKeysAre(rows, sorted, random)}`;
  await tx.run(sql, (rules) => {
    for (const key of sorted) rules.change(rows, key, set);
    return sorted.length;
  });
}

const some = (random: Random) => (random.chance(0.6) ? 1 : random.between(2, 5));

async function update(scene: Scene): Promise<void> {
  const all = Object.entries(newValues(scene.random));
  const kept = all.filter(() => scene.random.chance(0.4));
  await setValues(scene, pickKeys(scene, some(scene.random)), Object.fromEntries(kept.length > 0 ? kept : all));
}

/** To another parent, or to one that is not there; with plain values in the same statement at times. */
async function move(scene: Scene): Promise<void> {
  const { world, rows, random } = scene;
  const foreignKey = random.pick(world.foreignKeysOf(rows.table.name));
  const reference = random.chance(0.9)
    ? someReference(world, foreignKey, random)
    : strayReference(world, foreignKey, random);
  if (reference === null) return;
  const inKey = foreignKey.columns.some((column) => rows.table.keyColumns.includes(column));
  const keys = pickKeys(scene, inKey ? 1 : some(random));
  if (keys.length === 0) return;
  if (inKey && !isFree(rows, { ...rows.get(keys[0]!), ...reference })) return;
  await setValues(scene, keys, { ...reference, ...(random.chance(0.3) ? newValues(random) : {}) });
}

async function detach(scene: Scene): Promise<void> {
  const { world, rows, random } = scene;
  const foreignKeys = world.foreignKeysOf(rows.table.name).filter((key) => isNullable(rows.table, key));
  await setValues(scene, pickKeys(scene, some(random)), detached(random.pick(foreignKeys), random));
}

/** A row's key, or another key that children refer to, becomes one that is free, or is spelled in another way. */
async function updateKey(scene: Scene): Promise<void> {
  const { world, rows, random } = scene;
  const { table } = rows;
  const [key] = pickKeys(scene, 1);
  if (key === undefined) return;
  const row = rows.get(key)!;
  const referred = world.referringTo(table.name).map(({ parentColumns }) => parentColumns);
  const columns = random.pick([table.keyColumns, ...referred]);
  if (random.chance(0.15)) {
    const spelled = columns.map((name) => [name, respelled(keyedColumn(table, name), row[name]!, random)] as const);
    await setValues(scene, [key], Object.fromEntries(spelled));
    return;
  }
  for (let left = tries; left > 0; left--) {
    const set = ownValues(rows, columns, random);
    if (Object.keys(set).length === 0) return;
    const identity = rows.identity(columns, { ...row, ...set });
    if (identity !== null && rows.holderOf(columns, identity) === null) {
      await setValues(scene, [key], set);
      return;
    }
  }
}

/**
 * Rows of one statement may belong to each other: which goes first decides what is left for the others, and whether they still are what the
 * condition asks for.
 */
async function removeRows(
  { tx, rows }: Scene,
  keys: readonly string[],
  condition: string,
  stillMeant: (row: LedgerRow) => boolean = () => true,
): Promise<void> {
  const sorted = rows.sorted(keys);
  await tx.run(
    `DELETE FROM ${rows.table.name} WHERE ${condition} ORDER BY ${rows.table.keyColumns.join(', ')}`,
    (rules) => {
      let removed = 0;
      for (const key of sorted) {
        const row = rows.get(key);
        if (row === null || !stillMeant(row)) continue;
        rules.remove(rows, key);
        removed++;
      }
      return removed;
    },
  );
}

async function remove(scene: Scene): Promise<void> {
  const { rows, random } = scene;
  const keys = pickKeys(scene, some(random));
  if (keys.length > 0) await removeRows(scene, keys, whereKeysAre(rows, keys, random));
}

/** All children of one parent, a condition for them in SQL, and the same for the model. */
interface Family {
  readonly keys: readonly string[];
  readonly where: string;
  readonly includes: (row: LedgerRow) => boolean;
}

/** Null where there is no parent. */
function someFamily({ world, rows, random }: Scene): Family | null {
  const foreignKey = random.pick(world.foreignKeysOf(rows.table.name));
  const parents = world.rows(foreignKey.parent);
  const [parent] = pickKeys({ rows: parents, random }, 1);
  if (parent === undefined) return null;
  const row = parents.get(parent)!;
  const identity = parents.identity(foreignKey.parentColumns, row)!;
  return {
    keys: rows.childrenOf(foreignKey, identity),
    includes: (child) => rows.identity(foreignKey.columns, child) === identity,
    where: whereRefers(rows, foreignKey, referring(world, foreignKey, row, random)),
  };
}

async function removeChildren(scene: Scene): Promise<void> {
  const family = someFamily(scene);
  if (family) await removeRows(scene, family.keys, family.where, family.includes);
}

/** REPLACE over an existing key, a free one, and with a unique value that another row holds: that row goes, too, and so do the children. */
async function replace({ tx, world, rows, random }: Scene): Promise<void> {
  const { table } = rows;
  const [key, other] = pickKeys({ rows, random }, 2);
  let row = newRow(world, rows, random);
  if (row === null) return;
  if (key !== undefined && random.chance(0.7)) row = { ...row, ...picked(rows.get(key)!, table.keyColumns) };
  if (other !== undefined && table.uniques.length > 0 && random.chance(0.5)) {
    row = { ...row, ...picked(rows.get(other)!, random.pick(table.uniques)) };
  }
  const replacement = row;
  // The server counts what it replaces by itself, but not where it could be one statement or two.
  await tx.run(`REPLACE INTO ${valuesSql(table, [replacement])}`, (rules) => {
    rules.replace(rows, replacement);
    return null;
  });
}

const picked = (row: LedgerRow, columns: readonly string[]): LedgerRow =>
  Object.fromEntries(columns.map((column) => [column, row[column]!]));

/** False when a parent is not there: a row that took over another one's key may have got its reference with it. */
function hasParents(world: World, rows: Rows, row: LedgerRow): boolean {
  return world.foreignKeysOf(rows.table.name).every(({ columns, parent, parentColumns }) => {
    const identity = rows.identity(columns, row);
    return identity === null || world.rows(parent).holderOf(parentColumns, identity) !== null;
  });
}

/** INSERT … ON DUPLICATE KEY UPDATE that meets the primary key or nothing, and moves the row to another parent then. */
async function upsert({ tx, world, rows, random }: Scene): Promise<void> {
  const { table } = rows;
  const [key] = pickKeys({ rows, random }, 1);
  const fresh = newRow(world, rows, random);
  if (fresh === null) return;
  const met = key !== undefined && random.chance(0.7) ? key : null;
  const row = met === null ? fresh : { ...fresh, ...picked(rows.get(met)!, table.keyColumns) };
  if (!hasParents(world, rows, row)) return;
  const references = world
    .foreignKeysOf(table.name)
    .flatMap(({ columns }) => columns)
    .filter((column) => !table.keyColumns.includes(column));
  const set = ['v', ...references];
  const sql = `INSERT INTO ${valuesSql(table, [row])} ON DUPLICATE KEY UPDATE ${set.map((column) => `${column} = VALUES(${column})`).join(', ')}`;
  await tx.run(sql, (rules) => {
    if (met === null) rules.insert(rows, row);
    else rules.change(rows, met, picked(row, set));
    return null;
  });
}

/** The same key again, after everything that hung on it has gone. */
async function reinsert(scene: Scene): Promise<void> {
  const { world, rows, random } = scene;
  const [key] = pickKeys(scene, 1);
  if (key === undefined) return;
  const old = rows.get(key)!;
  await removeRows(scene, [key], whereKeysAre(rows, [key], random));
  if (rows.get(key) !== null) return;
  const row = newRow(world, rows, random);
  const again = row && { ...row, ...picked(old, rows.table.keyColumns) };
  if (again && hasParents(world, rows, again)) await insertRows(scene, rows, [again]);
}

async function read(scene: Scene): Promise<void> {
  const { tx, world, rows, random } = scene;
  const family = isChild(world, rows) && random.chance(0.5) ? someFamily(scene) : null;
  const keys = family?.keys ?? pickKeys(scene, 3);
  if (family || keys.length > 0) await tx.read(rows, family?.where ?? whereKeysAre(rows, keys, random), keys);
}

const always = () => true;
const isChild = (world: World, { table }: Rows) => world.foreignKeysOf(table.name).length > 0;
const isDetachable = (world: World, { table }: Rows) =>
  world.foreignKeysOf(table.name).some((foreignKey) => isNullable(table, foreignKey));

export const operations: readonly WebOperation[] = [
  { name: 'insert', weight: 7, single: true, suits: always, run: insert },
  { name: 'insert family', weight: 4, single: false, suits: always, run: insertFamily },
  { name: 'insert orphan', weight: 1, single: true, suits: isChild, run: insertOrphan },
  { name: 'update', weight: 4, single: true, suits: always, run: update },
  { name: 'move', weight: 4, single: true, suits: isChild, run: move },
  { name: 'detach', weight: 2, single: true, suits: isDetachable, run: detach },
  { name: 'update key', weight: 4, single: true, suits: always, run: updateKey },
  { name: 'delete', weight: 4, single: true, suits: always, run: remove },
  { name: 'delete children', weight: 1, single: true, suits: isChild, run: removeChildren },
  { name: 'replace', weight: 2, single: true, suits: always, run: replace },
  { name: 'upsert', weight: 2, single: true, suits: always, run: upsert },
  { name: 'reinsert', weight: 2, single: false, suits: always, run: reinsert },
  { name: 'read', weight: 2, single: true, suits: always, run: read },
];
