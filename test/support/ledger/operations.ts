import { assignments, tupleOf, whereKeys } from './client.js';
import type { Random } from './random.js';
import type { LedgerRow, Shape } from './shapes.js';
import type { Slice } from './slice.js';
import type { Place, Transaction } from './transaction.js';

export type OperationName =
  | 'insert keyless'
  | 'insert'
  | 'update'
  | 'update key'
  | 'delete'
  | 'reinsert'
  | 'replace'
  | 'upsert'
  | 'swap unique'
  | 'move unique'
  | 'increment'
  | 'read';

/** One thing a service does to a table. It changes the model first and then the server, so that a statement without an answer is known. */
export interface Operation {
  readonly name: OperationName;
  readonly weight: number;
  /** False when it takes several statements that must be in one transaction. */
  readonly single: boolean;
  readonly suits: (shape: Shape) => boolean;
  readonly run: (tx: Transaction, place: Place, random: Random) => Promise<void>;
}

const always = () => true;
const hasUnique = (shape: Shape) => shape.uniqueColumn !== null;

function newValues(shape: Shape, random: Random): LedgerRow {
  return Object.fromEntries(Object.entries(shape.values).map(([column, make]) => [column, make(random)]));
}

/** Some of the plain columns with new values, at least one. */
function someValues(shape: Shape, random: Random): LedgerRow {
  const all = Object.entries(newValues(shape, random));
  const kept = all.filter(() => random.chance(0.4));
  return Object.fromEntries(kept.length > 0 ? kept : [random.pick(all)]);
}

/** A whole row for `key`; the counter and the unique column included. */
function newRow(slice: Slice, key: string, random: Random): LedgerRow {
  const { shape } = slice;
  const unique = shape.uniqueColumn === null ? {} : { [shape.uniqueColumn]: slice.pickUnique(random) };
  return {
    ...shape.keyParts(key, random),
    ...newValues(shape, random),
    [shape.counterColumn]: String(random.below(100)),
    ...unique,
  };
}

const withoutKey = (shape: Shape, row: LedgerRow): LedgerRow =>
  Object.fromEntries(Object.entries(row).filter(([column]) => !shape.keyColumns.includes(column)));

const whereOf = (slice: Slice, keys: readonly string[], random: Random) =>
  whereKeys(
    slice.shape,
    keys.map((key) => slice.shape.keyParts(key, random)),
  );

const columnsOf = (shape: Shape) => shape.columns.map(({ name }) => name);

const tuple = (shape: Shape, row: LedgerRow) => tupleOf(shape, columnsOf(shape), row);

async function insert(tx: Transaction, slice: Slice, rows: readonly LedgerRow[]): Promise<void> {
  const { shape, table } = slice;
  const tuples = rows.map((row) => tuple(shape, row)).join(', ');
  for (const row of rows) slice.put(row);
  await tx.run(`INSERT INTO ${table} (${columnsOf(shape).join(', ')}) VALUES ${tuples}`, rows.length);
}

async function insertKeyless(tx: Transaction, { slice }: Place, random: Random): Promise<void> {
  const rows: LedgerRow[] = [];
  const uniques = new Set<string | null>();
  for (let left = random.between(1, 4); left > 0; left--) {
    const row = withoutKey(slice.shape, newRow(slice, '0', random));
    const unique = slice.shape.uniqueColumn === null ? null : (row[slice.shape.uniqueColumn] ?? null);
    if (unique !== null && uniques.has(unique)) continue;
    uniques.add(unique);
    rows.push(row);
  }
  await tx.insertKeyless(slice, rows);
}

async function insertGiven(tx: Transaction, { slice }: Place, random: Random): Promise<void> {
  const rows = new Map<string, LedgerRow>();
  const uniques = new Set<string | null>();
  for (let left = random.between(1, 3); left > 0; left--) {
    const key = slice.pickAbsent(random);
    if (key === null || rows.has(key)) continue;
    const row = newRow(slice, key, random);
    const unique = slice.shape.uniqueColumn === null ? null : (row[slice.shape.uniqueColumn] ?? null);
    if (unique !== null && uniques.has(unique)) continue;
    uniques.add(unique);
    rows.set(key, row);
  }
  if (rows.size > 0) await insert(tx, slice, [...rows.values()]);
}

async function update(tx: Transaction, { slice }: Place, random: Random): Promise<void> {
  const keys = slice.pickLive(random, random.chance(0.7) ? 1 : random.between(2, 6));
  if (keys.length === 0) return;
  const changes = someValues(slice.shape, random);
  for (const key of keys) slice.put({ ...slice.get(key)!, ...changes });
  await tx.run(
    `UPDATE ${slice.table} SET ${assignments(slice.shape, changes)} WHERE ${whereOf(slice, keys, random)}`,
    keys.length,
  );
}

/** Moves a row to a key that has none, or spells its key in another way that the server takes for equal. */
async function updateKey(tx: Transaction, { slice }: Place, random: Random): Promise<void> {
  const { shape, table } = slice;
  const [from] = slice.pickLive(random, 1);
  if (from === undefined) return;
  const to = random.chance(0.2) ? from : slice.pickAbsent(random);
  if (to === null) return;
  const moved = shape.keyParts(to, random);
  const old = slice.get(from)!;
  if (to !== from) slice.remove(from);
  slice.put({ ...old, ...moved });
  await tx.run(`UPDATE ${table} SET ${assignments(shape, moved)} WHERE ${whereOf(slice, [from], random)}`, 1);
}

async function remove(tx: Transaction, { slice }: Place, random: Random): Promise<void> {
  const keys = slice.pickLive(random, random.chance(0.7) ? 1 : random.between(2, 4));
  if (keys.length === 0) return;
  for (const key of keys) slice.remove(key);
  await tx.run(`DELETE FROM ${slice.table} WHERE ${whereOf(slice, keys, random)}`, keys.length);
}

async function reinsert(tx: Transaction, { slice }: Place, random: Random): Promise<void> {
  const [key] = slice.pickLive(random, 1);
  if (key === undefined) return;
  await tx.run(`DELETE FROM ${slice.table} WHERE ${whereOf(slice, [key], random)}`, 1);
  slice.remove(key);
  await insert(tx, slice, [newRow(slice, key, random)]);
}

/** REPLACE over an existing key, a new one, and with a unique value that another row holds: that row goes too. */
async function replace(tx: Transaction, { slice }: Place, random: Random): Promise<void> {
  const { shape, table } = slice;
  const [key, other] = slice.pickLive(random, 2);
  const target = random.chance(0.7) ? key : (slice.pickAbsent(random) ?? key);
  if (target === undefined) return;
  const row: Record<string, string | null> = { ...newRow(slice, target, random) };
  const robbed =
    shape.uniqueColumn !== null && other !== undefined && random.chance(0.5)
      ? slice.get(other)![shape.uniqueColumn]!
      : null;
  if (robbed !== null) row[shape.uniqueColumn!] = robbed;

  const unique = shape.uniqueColumn === null ? null : (row[shape.uniqueColumn] ?? null);
  const holder = unique === null ? null : slice.holderOf(unique);
  if (holder !== null && holder !== target) slice.remove(holder);
  slice.put(row);
  // The server may count an in-place replacement as one row or two.
  await tx.run(`REPLACE INTO ${table} (${columnsOf(shape).join(', ')}) VALUES ${tuple(shape, row)}`, null);
}

/** INSERT … ON DUPLICATE KEY UPDATE that meets the primary key, the unique column, or nothing. */
async function upsert(tx: Transaction, { slice }: Place, random: Random): Promise<void> {
  const { shape, table } = slice;
  const counter = shape.counterColumn;
  const [live] = slice.pickLive(random, 1);
  const absent = slice.pickAbsent(random);
  const unique = live !== undefined && shape.uniqueColumn !== null ? slice.get(live)![shape.uniqueColumn]! : null;
  const way = random.pick(['key', 'unique', 'nothing']);
  const target = way === 'key' ? (live ?? absent) : (absent ?? live);
  if (target === undefined || target === null) return;
  const row: Record<string, string | null> = { ...newRow(slice, target, random) };
  if (way === 'unique' && unique !== null) row[shape.uniqueColumn!] = unique;
  const column = Object.keys(shape.values)[0]!;
  const given = shape.uniqueColumn === null ? null : (row[shape.uniqueColumn] ?? null);
  const met = slice.get(target) ? target : given === null ? null : slice.holderOf(given);
  if (met === null) slice.put(row);
  else {
    const old = slice.get(met)!;
    slice.put({ ...old, [column]: row[column]!, [counter]: String(Number(old[counter]) + 1) });
  }
  await tx.run(
    `INSERT INTO ${table} (${columnsOf(shape).join(', ')}) VALUES ${tuple(shape, row)}
     ON DUPLICATE KEY UPDATE ${column} = VALUES(${column}), ${counter} = ${counter} + 1`,
    null,
  );
}

/** Two rows exchange their unique values, over a value in between or over NULL. */
async function swapUnique(tx: Transaction, { slice }: Place, random: Random): Promise<void> {
  const { shape, table } = slice;
  const column = shape.uniqueColumn!;
  const [first, second] = slice.pickLive(random, 2);
  if (first === undefined || second === undefined) return;
  const [one, two] = [slice.get(first)![column]!, slice.get(second)![column]!];
  const between = random.chance(0.5) ? null : slice.pickUnique(random);
  for (const [key, value] of [
    [first, between],
    [second, one],
    [first, two],
  ] as const) {
    await tx.run(
      `UPDATE ${table} SET ${assignments(shape, { [column]: value })} WHERE ${whereOf(slice, [key], random)}`,
      1,
    );
    slice.put({ ...slice.get(key)!, [column]: value });
  }
}

/** A unique value changes its row: the old one goes, the new one is inserted with it. */
async function moveUnique(tx: Transaction, { slice }: Place, random: Random): Promise<void> {
  const { shape, table } = slice;
  const [from] = slice.pickLive(random, 1);
  const to = slice.pickAbsent(random);
  if (from === undefined || to === null) return;
  const row = { ...newRow(slice, to, random), [shape.uniqueColumn!]: slice.get(from)![shape.uniqueColumn!]! };
  await tx.run(`DELETE FROM ${table} WHERE ${whereOf(slice, [from], random)}`, 1);
  slice.remove(from);
  await insert(tx, slice, [row]);
}

async function increment(tx: Transaction, { commons }: Place, random: Random): Promise<void> {
  if (commons.keys.length === 0) return;
  const keys = new Set([random.pick(commons.keys)]);
  if (random.chance(0.3)) keys.add(random.pick(commons.keys));
  await tx.increment(commons, [...keys], random.between(1, 9), random);
}

async function read(tx: Transaction, { slice }: Place, random: Random): Promise<void> {
  const keys = slice.pickLive(random, 3);
  if (keys.length > 0) await tx.read(slice, keys, random);
}

export const operations: readonly Operation[] = [
  { name: 'insert keyless', weight: 4, single: true, suits: (shape) => shape.autoIncrement, run: insertKeyless },
  { name: 'insert', weight: 3, single: true, suits: always, run: insertGiven },
  { name: 'update', weight: 8, single: true, suits: always, run: update },
  { name: 'update key', weight: 3, single: true, suits: always, run: updateKey },
  { name: 'delete', weight: 3, single: true, suits: always, run: remove },
  { name: 'reinsert', weight: 2, single: false, suits: always, run: reinsert },
  { name: 'replace', weight: 3, single: true, suits: always, run: replace },
  { name: 'upsert', weight: 3, single: true, suits: always, run: upsert },
  { name: 'swap unique', weight: 4, single: false, suits: hasUnique, run: swapUnique },
  { name: 'move unique', weight: 2, single: false, suits: hasUnique, run: moveUnique },
  { name: 'increment', weight: 5, single: true, suits: always, run: increment },
  { name: 'read', weight: 2, single: true, suits: always, run: read },
];
