import { createHash, randomBytes } from 'node:crypto';
import { quoteString } from '../db/quote.js';
import { openFirstSession } from '../db/first-session.js';
import type { Server } from '../db/server.js';
import type { Session } from '../db/session.js';
import { findTable, readSchemaDefaults, readTable } from '../schema/introspect.js';
import { shadowSchemaOf } from '../schema/names.js';
import type { Table, TableMapping } from '../schema/table.js';
import { parseAlter, type AlterInput } from './alter-statement.js';
import { trackColumns } from './column-tracking.js';
import { findInstantTables } from './instant.js';
import { mapTable, type MappingResult } from './mapping.js';
import { planForeignKeys, type ForeignKeyResult } from './foreign-keys.js';
import { noForeignKeys, type AlterStatement, type ForeignKeyPlan, type Plan, type Refusal } from './plan.js';
import { buildShadow, dropSchema, unknownDatabase, withScratchSchema } from './shadow.js';
import { warningsOf } from './warnings.js';

export interface PlanResult {
  /** Has the tables that can be mapped; `shadow.name.schema` is the shadow schema's name, though it does not exist yet. */
  readonly plan: Plan;
  /** Why other tables cannot. Preflight finds more. */
  readonly refusals: readonly Refusal[];
}

/**
 * Makes the plan of a change: tries the statements on empty copies in a scratch schema, reads both structures back and derives the mapping.
 * Nothing stays on the server. Throws `access-denied`, `connection-failed`, `usage-error` (unknown database), `statement-invalid`,
 * `nothing-to-do`.
 */
export async function makePlan(server: Server, input: AlterInput): Promise<PlanResult> {
  const { database } = input;
  const parsed = parseAlter(input);
  const session = await openFirstSession(server, 'making the plan');
  try {
    if (!(await readSchemaDefaults(session, database))) throw unknownDatabase(database);
    const { sources, statements, refusals } = await readSources(session, database, parsed);
    const tables = sources.map((source) => source.name.table);
    const scratch = await reserveScratch(session, database);
    const own = statements.filter((statement) => tables.includes(statement.table));
    const { results, foreignKeys } = await mapInScratch({
      server,
      session,
      database,
      scratch,
      statements: own,
      sources,
    });
    const mappings = results.flatMap(({ mapping }) => (mapping ? [mapping] : []));
    const mapped = mappings.map(({ table }) => table);
    const instantTables = await findInstantTables(server, {
      database,
      schema: scratch,
      statements: own.filter(({ table }) => mapped.includes(table)),
      tables: mapped,
    });
    return {
      plan: {
        database,
        statements,
        tables: mappings,
        moves: [],
        foreignKeys: foreignKeys.plan,
        instantTables,
        warnings: mappings.flatMap((mapping) => warningsOf(mapping, statements)),
        hash: hashOf(database, statements, mappings, foreignKeys.plan),
      },
      refusals: [...refusals, ...results.flatMap((result) => result.refusals), ...foreignKeys.refusals],
    };
  } finally {
    await session.close();
  }
}

/**
 * A name for the scratch schema, `<db>__plan_<random>` cut to the server's 64 characters. The session's advisory lock of the same name says
 * that its planner lives; what planners left that were killed is dropped here.
 */
async function reserveScratch(session: Session, database: string): Promise<string> {
  const random = randomBytes(4).toString('hex');
  const stem = `${database.slice(0, 64 - '__plan_'.length - random.length)}__plan_`;
  const rows = await session.query(
    `SELECT SCHEMA_NAME s FROM information_schema.SCHEMATA WHERE LEFT(SCHEMA_NAME, ${stem.length}) = ${quoteString(stem)}`,
  );
  for (const { s: schema } of rows) {
    if (!schema?.startsWith(stem) || !/^[0-9a-f]{8}$/.test(schema.slice(stem.length))) continue;
    const { free } = await session.queryOne(`SELECT IS_FREE_LOCK(${quoteString(schema)}) free`);
    if (free === '1') await dropSchema(session, schema);
  }
  const scratch = stem + random;
  await session.queryOne(`SELECT GET_LOCK(${quoteString(scratch)}, 0) got`);
  return scratch;
}

/** The tables that the statements are for, in the statements' order, and the statements with the tables' names as the server spells them. */
async function readSources(
  session: Session,
  database: string,
  parsed: readonly AlterStatement[],
): Promise<{ sources: Table[]; statements: AlterStatement[]; refusals: Refusal[] }> {
  const sources = new Map<string, Table>();
  const spelled = new Map<string, string>();
  const refusals: Refusal[] = [];
  for (const name of new Set(parsed.map((statement) => statement.table))) {
    const identity = await findTable(session, { schema: database, table: name });
    const source = identity ? await readTable(session, identity.name) : null;
    spelled.set(name, identity?.name.table ?? name);
    if (source) sources.set(source.name.table, source);
    else refusals.push(identity ? notABaseTable(identity.name.table, identity.type) : unknownTable(database, name));
  }
  const statements = parsed.map((statement) => ({ ...statement, table: spelled.get(statement.table)! }));
  return { sources: [...sources.values()], statements, refusals };
}

function unknownTable(database: string, table: string): Refusal {
  return {
    code: 'unknown-table',
    table,
    message: `there is no table ${table} in ${database}, or the user may not see it`,
    remedy: 'Check the name (the server tells cases apart) and the grants of the user.',
  };
}

function notABaseTable(table: string, type: string): Refusal {
  return {
    code: 'not-a-base-table',
    table,
    message: `${table} is a ${type.toLowerCase()}, not a plain table`,
    remedy: 'Only plain base tables can be migrated; change it with the statement itself.',
  };
}

interface ScratchInput {
  readonly server: Server;
  readonly session: Session;
  readonly database: string;
  readonly scratch: string;
  readonly statements: readonly AlterStatement[];
  readonly sources: readonly Table[];
}

interface Mapped {
  readonly results: readonly MappingResult[];
  readonly foreignKeys: ForeignKeyResult;
}

async function mapInScratch(input: ScratchInput): Promise<Mapped> {
  const { server, session, database, scratch, statements, sources } = input;
  const tables = sources.map((source) => source.name.table);
  if (tables.length === 0) return { results: [], foreignKeys: { plan: noForeignKeys, refusals: [] } };
  return withScratchSchema(server, scratch, async () => {
    await buildShadow(server, { database, schema: scratch, statements, tables });
    const results: MappingResult[] = [];
    for (const source of sources) {
      const table = source.name.table;
      const built = await readTable(session, { schema: scratch, table });
      if (!built) {
        results.push({ mapping: null, refusals: [notABaseTable(table, 'table of another kind after the change')] });
        continue;
      }
      const shadow: Table = { ...built, name: { schema: shadowSchemaOf(database), table } };
      const own = statements.filter((statement) => statement.table === table).map((statement) => statement.sql);
      results.push(
        mapTable(
          source,
          shadow,
          trackColumns(
            source.columns.map((column) => column.name),
            own,
          ),
        ),
      );
    }
    const mapped = results.flatMap(({ mapping }) => (mapping ? [mapping] : []));
    const foreignKeys = await planForeignKeys(session, { database, tables: mapped, moves: [] }, scratch);
    return { results, foreignKeys };
  });
}

/** Statements count without the whitespace around them; structures are the server's own text and have no schema name in them. */
function hashOf(
  database: string,
  statements: readonly AlterStatement[],
  mappings: readonly TableMapping[],
  { attached, repointed, detached, cascades }: ForeignKeyPlan,
): string {
  const content = {
    database,
    statements: statements.map((statement) => [statement.table, statement.sql.trim()]),
    tables: mappings.map((mapping) => [mapping.table, mapping.source.createSql, mapping.shadow.createSql]),
    foreignKeys: [attached, repointed, detached, cascades],
  };
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
