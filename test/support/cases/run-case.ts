import { quoteId } from '../../../src/db/quote.js';
import type { Session } from '../../../src/db/session.js';
import { TideoverError } from '../../../src/errors.js';
import { createMigration } from '../../../src/migration/create.js';
import type { Migration } from '../../../src/migration/migration.js';
import { createOperator } from '../../../src/migration/operator.js';
import type { Refusal } from '../../../src/plan/plan.js';
import { quoteTable, retiredSchemaOf } from '../../../src/schema/names.js';
import { testDatabase, type TestDatabase } from '../database.js';
import { withSession } from '../sessions.js';
import { baseTables, contentDifferences, readContent } from './content.js';
import type { Case, CaseOutcome } from './corpus.js';
import { afterFirstChunk } from './first-chunk.js';
import { leftoversOf } from './leftovers.js';
import { takeSettings, Traffic } from './traffic.js';

/** What became of a case. */
export interface Observed {
  readonly outcome: CaseOutcome;
  /** As `Expectation.code` has them; empty when the case was migrated. */
  readonly codes: readonly string[];
  /** The error's text, empty when there was none. */
  readonly reason: string;
}

/** A case under way. */
interface Stage {
  readonly one: Case;
  readonly database: TestDatabase;
  /** Only the engine of this case connects as this user. */
  readonly engineUser: string;
  /** A schema that no engine knows of. */
  readonly oracle: string;
  readonly traffic: Traffic;
  readonly service: Session;
}

/**
 * Runs one case on the shared server, with its traffic, and checks everything but the outcome itself: what is live is what the server's own ALTER
 * makes of the same rows, what was not migrated is as it was, and nothing is left behind. Throws when that is not so.
 */
export async function runCase(one: Case): Promise<Observed> {
  const database = await testDatabase();
  const engineUser = `${database.name}_engine`;
  const oracle = `${database.name}_oracle`;
  const service = await database.connect();
  const stage: Stage = { one, database, engineUser, oracle, service, traffic: new Traffic(one, service) };
  try {
    await database.query(`CREATE USER ${quoteId(engineUser)}@'%'`);
    await database.query(`GRANT ALL ON *.* TO ${quoteId(engineUser)}@'%' WITH GRANT OPTION`);
    await withSession(database, async (maker) => {
      for (const sql of one.before) await maker.query(sql);
    });
    return await judge(stage);
  } finally {
    try {
      await service.close();
      await database.query(`DROP USER IF EXISTS ${quoteId(engineUser)}@'%'`);
      await database.query('SET foreign_key_checks = 0, lock_wait_timeout = 10');
      await database.query(`DROP DATABASE IF EXISTS ${quoteId(oracle)}`);
    } finally {
      await database.drop();
    }
  }
}

async function judge(stage: Stage): Promise<Observed> {
  const { one, database, engineUser, traffic } = stage;
  const settings = { ...database.settings, user: engineUser };
  const migration = createMigration({
    connection: settings,
    sql: [one.migration],
    chunkTimeMs: 20,
    ...hooksOf(stage),
    ...one.expected.options,
  });
  let started = false;
  migration.on('run:started', () => (started = true));
  const before = await baseTables(stage.service, database.name);
  const observed = await observe(stage, migration, () => started);
  await traffic.settled();
  if (observed.outcome === 'migrated' && traffic.unplayed.length > 0)
    throw new Error(`${one.name}: the service was not heard at ${traffic.unplayed.join(', ')}`);
  const operator = createOperator(settings);
  try {
    if (observed.outcome === 'migrated') await compareWithOracle(stage, before);
    else {
      if (observed.outcome === 'stopped') await operator.abort();
      await compareWithTwin(stage);
    }
    await operator.cleanup();
    const unfinished = (await operator.status()).filter(({ phase }) => phase !== 'done' && phase !== 'aborted');
    if (unfinished.length > 0) throw new Error(`${one.name}: a run is unfinished: ${JSON.stringify(unfinished)}`);
  } finally {
    await operator.close();
  }
  const leftovers = await leftoversOf(stage.service, database.name, engineUser, { patienceMs: 20_000 });
  if (leftovers.length > 0) throw new Error(`${one.name} left behind: ${leftovers.join('; ')}`);
  return observed;
}

/** The traffic's moments in the engine's own words. */
function hooksOf({ traffic }: Stage) {
  return {
    hooks: {
      'before-copy': [() => traffic.play('before-copy')],
      'before-cutover': [() => traffic.play('before-cutover')],
    },
  };
}

async function observe(
  { one, database, traffic }: Stage,
  migration: Migration,
  started: () => boolean,
): Promise<Observed> {
  migration.on('phase:entered', ({ phase }) => {
    if (phase === 'catching-up') void traffic.play('copied');
  });
  const unwatch = afterFirstChunk(database.name, () => traffic.play('copying'));
  try {
    const report = await migration.run();
    if (report.lostWrites !== 0 || report.rowsRepaired !== 0 || report.method !== 'copied')
      throw new Error(`${one.name}: the report says ${JSON.stringify(report)}`);
    return { outcome: 'migrated', codes: [], reason: '' };
  } catch (error) {
    if (!(error instanceof TideoverError)) throw error;
    const refusals = error.facts['refusals'] as readonly Refusal[] | undefined;
    const codes = refusals ? [...new Set(refusals.map(({ code }) => code))].sort() : [error.code];
    return { outcome: started() ? 'stopped' : 'refused', codes, reason: error.message };
  } finally {
    unwatch();
  }
}

/**
 * The source's last content is in the retired schema. It is moved as it is, the server itself makes the change there, and the result must be what is
 * live: at once, and again after the service has written to both.
 */
async function compareWithOracle(stage: Stage, before: readonly string[]): Promise<void> {
  const { one, database, oracle, service, traffic } = stage;
  const untouched = await withSession(database, async (session) => {
    const left = await moveRetired(session, database.name, oracle, before);
    // Strict about conversion and lenient about what is stored, as no ALTER is by itself.
    await session.execute(
      "SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'), foreign_key_checks = 0",
    );
    for (const sql of one.oracle) await session.query(sql);
    return left;
  });
  await expectEqual(stage, untouched);
  await withSession(database, async (session) => {
    await session.execute(`USE ${quoteId(oracle)}`);
    await takeSettings(session, traffic.sent);
    for (const sql of one.traffic.get('live') ?? []) await session.query(sql);
    await traffic.play('live');
    await traffic.settled();
    await expectEqual(stage, untouched);
  });
  await service.execute(`USE ${quoteId(database.name)}`);
}

/** Answers with the tables that the migration left where they were. */
async function moveRetired(
  session: Session,
  database: string,
  oracle: string,
  before: readonly string[],
): Promise<string[]> {
  const { c, o } = await session.queryOne('SELECT @@character_set_database c, @@collation_database o');
  await session.execute(`CREATE DATABASE ${quoteId(oracle)} CHARACTER SET ${c!} COLLATE ${o!}`);
  const retired = retiredSchemaOf(database);
  const tables = await baseTables(session, retired);
  const moves = tables.map(
    (table) => `${quoteTable({ schema: retired, table })} TO ${quoteTable({ schema: oracle, table })}`,
  );
  await session.execute(`RENAME TABLE ${moves.join(', ')}`);
  await session.execute(`USE ${quoteId(oracle)}`);
  return before.filter((table) => !tables.includes(table));
}

async function expectEqual({ one, database, oracle }: Stage, untouched: readonly string[]): Promise<void> {
  await withSession(database, async (reader) => {
    const undetermined = one.expected.undetermined ?? [];
    const made = await readContent(reader, oracle, undetermined);
    const live = await readContent(reader, database.name, undetermined);
    for (const table of untouched) live.delete(table);
    const differences = contentDifferences(made, live);
    if (differences.length > 0)
      throw new Error(`${one.name} is not what the server makes of it:\n${differences.join('\n')}`);
  });
}

/** A migration that did not happen: the tables are as if there had only been the service. */
async function compareWithTwin({ one, database, oracle, traffic }: Stage): Promise<void> {
  await withSession(database, async (session) => {
    const { c, o } = await session.queryOne('SELECT @@character_set_database c, @@collation_database o');
    await session.execute(`CREATE DATABASE ${quoteId(oracle)} CHARACTER SET ${c!} COLLATE ${o!}`);
    await session.execute(`USE ${quoteId(oracle)}`);
    for (const sql of [...one.before, ...traffic.sent]) await session.query(sql);
    const differences = contentDifferences(
      await readContent(session, oracle),
      await readContent(session, database.name),
    );
    if (differences.length > 0) throw new Error(`${one.name}: the source has changed:\n${differences.join('\n')}`);
  });
}
