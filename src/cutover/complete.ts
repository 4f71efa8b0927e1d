import { setTimeout as delay } from 'node:timers/promises';
import { ServerError } from '../db/server-error.js';
import { quoteId } from '../db/quote.js';
import type { Server } from '../db/server.js';
import type { Session } from '../db/session.js';
import { messageOf } from '../errors.js';
import { readForeignKeys, type ForeignKey } from '../schema/foreign-keys.js';
import { heldNameOf, quoteTable, type TableName } from '../schema/names.js';
import { readTriggerDefinitions } from '../schema/triggers.js';
import { closedNames, distinct, isSame, leaving, type CutoverChange, type MovedTrigger } from './change.js';
import type { LiveState } from './contract.js';
import { existingNames } from './outcome.js';
import { addKeysSql, alter, createTriggers, dropKeysSql, enteringKeys, enteringName, heldTables } from './rewiring.js';

/** How often the locks are asked for. Each try stalls the service for as long as it waits. */
const tries = 10;
const lockWaitS = 1;
const pauseMs = 500;

/**
 * Beside live tables: does what the follow-up of their RENAME has left, and looks whether everything is as it must be. Decides by what is on the server, so it
 * may be repeated after a crash at any point. `interruption` is why the follow-up ended early, where it did: that is told only when it left something, for
 * it may have been at its end. Rejects with ServerErrors when the server cannot be asked.
 */
export async function completeCutover(
  server: Server,
  change: CutoverChange,
  interruption?: string,
): Promise<LiveState> {
  return await server.withSession('completing the cutover', async (session) => {
    await session.execute(`SET SESSION lock_wait_timeout = ${lockWaitS}, innodb_lock_wait_timeout = ${lockWaitS}`);
    const late: string[] = [];
    const found: Left[] = [];
    const undone = await repeated(async () => {
      const left = await lookAt(session, change);
      if (isNothing(left)) return;
      found.push(left);
      await underLocks(session, change, () => finish(session, change, left));
      late.push(...(await consequences(session, change, left)));
    });
    const orphans = await orphanLines(session, change.added);
    const wrong = [...late, ...orphans, ...(await deviations(session, change))];
    return { undone, wrong, ...(found.length === 0 || interruption === undefined ? {} : { interruption }) };
  });
}

/** What the follow-up has left. */
interface Left {
  /** Of old tables, to tables that are not. */
  readonly detach: readonly ForeignKey[];
  /** Triggers that are still on the old table. */
  readonly old: readonly MovedTrigger[];
  /** Constraints that are still those of old tables, or have not got their names yet. */
  readonly drop: readonly ForeignKey[];
  readonly add: readonly ForeignKey[];
  readonly triggers: readonly MovedTrigger[];
}

function isNothing(left: Left): boolean {
  return Object.values(left).every((list: readonly unknown[]) => list.length === 0);
}

async function lookAt(session: Session, change: CutoverChange): Promise<Left> {
  const keys = await keysOf(session, change);
  const places = placesOf(change);
  const isOld = (name: TableName): boolean => places.some((place) => isSame(place, name));
  const named = (wanted: ForeignKey): ForeignKey | undefined =>
    keys.find((key) => key.name === wanted.name && isSame(key.child, wanted.child));
  const repoint = change.repointed.filter((key) => !isEqual(named(key), key));
  const entering = enteringKeys(change).flatMap((each) => each.keys.filter((key) => !named(key)));
  const triggers = change.triggers.length === 0 ? [] : await triggersOf(session, change);
  const isOn = ({ trigger }: MovedTrigger, table: TableName): boolean =>
    triggers.some(({ name, table: on }) => name === trigger.name && isSame(on, table));
  return {
    detach: keys.filter(({ child, parent }) => isOld(child) && !isOld(parent)),
    old: change.triggers.filter((moved) => isOn(moved, heldNameOf(moved.source))),
    drop: [...repoint, ...entering.map(enteringName)].flatMap((key) => named(key) ?? []),
    add: [...repoint, ...entering],
    triggers: change.triggers.filter((moved) => moved.target !== null && !isOn(moved, moved.target)),
  };
}

async function finish(session: Session, change: CutoverChange, left: Left): Promise<void> {
  for (const [child, keys] of byChild(left.detach)) await alter(session, dropKeysSql(child, keys));
  for (const { trigger, source } of left.old)
    await session.execute(`DROP TRIGGER ${quoteId(source.schema)}.${quoteId(trigger.name)}`);
  await moveOn(session, change);
  for (const [child, keys] of byChild(left.drop)) await alter(session, dropKeysSql(child, keys));
  for (const [child, keys] of byChild(left.add)) await alter(session, addKeysSql(child, keys));
  for (const table of distinct(left.triggers.flatMap(({ target }) => target ?? [])))
    await createTriggers(session, table, left);
}

/** Sources that had triggers go where the others are. RENAME TABLE is refused under LOCK TABLES, this is not. */
async function moveOn(session: Session, change: CutoverChange): Promise<void> {
  const held = heldTables(change);
  const isThere = await existingNames(
    session,
    held.map(({ from }) => from),
  );
  for (const { from, to } of held.filter(({ from: name }) => isThere(name)))
    await alter(session, `ALTER TABLE ${quoteTable(from)} RENAME TO ${quoteTable(to)}`);
}

/** Everything that the change closes, and the old tables, in one statement: the server sees every circle that this might close. */
async function underLocks(session: Session, change: CutoverChange, work: () => Promise<void>): Promise<void> {
  const names = distinct([...closedNames(change), ...change.swapped.map(({ target }) => target), ...placesOf(change)]);
  const existing = names.filter(await existingNames(session, names));
  await session.execute(`LOCK TABLES ${existing.map((name) => `${quoteTable(name)} WRITE`).join(', ')}`);
  try {
    await work();
  } finally {
    await session.execute('UNLOCK TABLES');
  }
}

/** What writers may have done while the new tables were open and not tied in yet. */
async function consequences(session: Session, { repointed }: CutoverChange, left: Left): Promise<string[]> {
  const lines = left.triggers.map(
    ({ trigger, target }) =>
      `the trigger ${trigger.name} was missing on ${quoteTable(target!)} for a time: what was written then, it has not seen`,
  );
  const readded = left.add.filter((added) => repointed.includes(added));
  return [...lines, ...(await orphanLines(session, readded))];
}

/** Rows that violate these constraints, one line for each constraint. */
export async function orphanLines(session: Session, keys: readonly ForeignKey[]): Promise<string[]> {
  const lines: string[] = [];
  for (const key of keys) {
    const orphans = await countOrphans(session, key);
    if (orphans > 0) lines.push(`${orphans} row(s) of ${quoteTable(key.child)} violate ${key.name}`);
  }
  return lines;
}

async function countOrphans(session: Session, key: ForeignKey): Promise<number> {
  const pairs = key.columns.map((column, i) => `c.${quoteId(column)} = p.${quoteId(key.parentColumns[i]!)}`);
  const present = key.columns.map((column) => `c.${quoteId(column)} IS NOT NULL`);
  const { n } = await session.queryOne(
    `SELECT COUNT(*) AS n FROM ${quoteTable(key.child)} c WHERE ${present.join(' AND ')} ` +
      `AND NOT EXISTS (SELECT 1 FROM ${quoteTable(key.parent)} p WHERE ${pairs.join(' AND ')})`,
  );
  return Number(n);
}

/** What is not as planned, one line each. */
async function deviations(session: Session, change: CutoverChange): Promise<string[]> {
  const keys = await keysOf(session, change);
  const places = placesOf(change);
  const isOld = (name: TableName): boolean => places.some((place) => isSame(place, name));
  const missing = change.constraints.filter(
    (wanted) => !keys.some((key) => key.name === wanted.name && isEqual(key, wanted)),
  );
  return [
    ...missing.map((key) => `the foreign key ${key.name} of ${quoteTable(key.child)} is not as planned`),
    ...keys
      .filter(({ child, parent }) => isOld(child) !== isOld(parent))
      .map((key) => `the foreign key ${key.name} of ${quoteTable(key.child)} refers to ${quoteTable(key.parent)}`),
  ];
}

function isEqual(a: ForeignKey | undefined, b: ForeignKey): boolean {
  if (a === undefined) return false;
  const form = (key: ForeignKey): string =>
    JSON.stringify([
      quoteTable(key.child),
      key.columns,
      quoteTable(key.parent),
      key.parentColumns,
      key.onDelete,
      key.onUpdate,
    ]);
  return form(a) === form(b);
}

/** Where old tables are. */
function placesOf(change: CutoverChange): TableName[] {
  return leaving(change).flatMap(({ source, retired }) => [retired, heldNameOf(source)]);
}

async function keysOf(session: Session, change: CutoverChange): Promise<ForeignKey[]> {
  const keys = new Map<string, ForeignKey>();
  const names = [...closedNames(change), ...change.constraints.map(({ child }) => child), ...placesOf(change)];
  for (const schema of new Set(names.map((name) => name.schema)))
    for (const key of await readForeignKeys(session, schema)) keys.set(`${quoteTable(key.child)} ${key.name}`, key);
  return [...keys.values()];
}

async function triggersOf(session: Session, change: CutoverChange) {
  const schemas = [...new Set(change.triggers.map(({ source }) => source.schema))];
  return (await Promise.all(schemas.map((schema) => readTriggerDefinitions(session, schema)))).flat();
}

function byChild(keys: readonly ForeignKey[]): [TableName, ForeignKey[]][] {
  return distinct(keys.map(({ child }) => child)).map((child) => [
    child,
    keys.filter((key) => isSame(key.child, child)),
  ]);
}

/** Tries again when somebody else's lock was in the way; at last answers with what it was. */
async function repeated(work: () => Promise<void>): Promise<string[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();
      return [];
    } catch (error) {
      if (error instanceof ServerError && error.connectionLost) throw error;
      if (attempt >= tries || !(error instanceof ServerError)) return [messageOf(error)];
      await delay(pauseMs);
    }
  }
}
