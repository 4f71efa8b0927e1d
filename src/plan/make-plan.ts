import { createHash } from 'node:crypto';
import { openFirstSession } from '../db/first-session.js';
import type { Server } from '../db/server.js';
import type { Session } from '../db/session.js';
import { findTable, readSchemaDefaults, readTable } from '../schema/introspect.js';
import { shadowSchemaOf } from '../schema/names.js';
import { orderedStructure } from '../schema/structure-text.js';
import type { Table, TableMapping } from '../schema/table.js';
import { parseAlter } from './alter-statement.js';
import { columnOrigins } from './column-origins.js';
import { fold, trackColumns } from './column-tracking.js';
import { declaredInVain, type ColumnExpression } from './declared.js';
import { resolveExpressions } from './expressions.js';
import { findInstantTables } from './instant.js';
import { mapTable, type MappingResult } from './mapping.js';
import { planForeignKeys, type ForeignKeyResult } from './foreign-keys.js';
import { noForeignKeys, type AlterStatement, type ForeignKeyPlan, type Plan, type Refusal } from './plan.js';
import { reserveScratch } from './scratch.js';
import { buildShadow, createSchema, unknownDatabase, withScratchSchema } from './shadow.js';
import type { Change, ToolSource } from './source.js';
import { planByTool, refuseUnknownColumns } from './tool-plan.js';
import { warningsOf } from './warnings.js';
import { planWayBack } from './way-back.js';

export interface PlanResult {
  /** Has the tables that can be mapped; `shadow.name.schema` is the shadow schema's name, though it does not exist yet. */
  readonly plan: Plan;
  /** Why other tables cannot. Preflight finds more. */
  readonly refusals: readonly Refusal[];
  /** From the new tables to the old ones, when it was asked for. */
  readonly back: Plan | null;
}

export interface PlanInput {
  /** The project database. */
  readonly database: string;
  readonly change: Change;
  /** A way back is wanted: what old columns get that cannot be read from the new ones. */
  readonly mapsBack?: readonly ColumnExpression[] | null;
  /** Ends a migration tool that is at work. */
  readonly signal?: AbortSignal;
}

/**
 * Makes the plan of a change: tries it on empty copies in a scratch schema, reads both structures back and derives the mapping.
 * Nothing stays on the server. Throws `access-denied`, `connection-failed`, `usage-error` (unknown database, a declaration that speaks of nothing),
 * `statement-invalid`, `command-failed`, `wrote-elsewhere`, `nothing-to-do`, `interrupted`.
 */
export async function makePlan(server: Server, input: PlanInput): Promise<PlanResult> {
  const { database, change } = input;
  // What is wrong with the statements is said before anything is connected.
  const parsed =
    change.source.kind === 'statements'
      ? parseAlter({ ...change.source, alter: change.source.statements, database })
      : [];
  const session = await openFirstSession(server, 'making the plan');
  try {
    if (!(await readSchemaDefaults(session, database))) throw unknownDatabase(database);
    const scratch = await reserveScratch(session, database);
    const made =
      change.source.kind === 'statements'
        ? await planOfStatements({ server, session, database, scratch, change }, parsed)
        : await planOfTool({ server, session, database, scratch, change }, change.source, input.signal);
    const { mapsBack } = input;
    if (!mapsBack) return { ...made, back: null };
    const back = await withScratchSchema(server, scratch, async () => {
      await createSchema(session, { database, schema: scratch });
      return planWayBack(session, scratch, made.plan, mapsBack);
    });
    return { plan: made.plan, refusals: [...made.refusals, ...back.refusals], back: back.plan };
  } finally {
    await session.close();
  }
}

interface Planning {
  readonly server: Server;
  readonly session: Session;
  readonly database: string;
  readonly scratch: string;
  readonly change: Change;
}

type WayForth = Pick<PlanResult, 'plan' | 'refusals'>;

async function planOfTool(planning: Planning, source: ToolSource, signal?: AbortSignal): Promise<WayForth> {
  const { server, session, database, scratch, change } = planning;
  const { made, keys } = await withScratchSchema(server, scratch, async () => {
    const made = await planByTool(server, session, {
      database,
      scratch,
      source,
      declared: change.declared,
      signal: signal ?? new AbortController().signal,
    });
    return { made, keys: await planForeignKeys(session, { database, ...made }, scratch) };
  });
  const { tables, moves, moved, untouched, dataSteps, refusals } = made;
  return {
    plan: {
      database,
      origin: { change, moved, untouched, dataSteps },
      statements: [],
      tables,
      moves,
      foreignKeys: keys.plan,
      instantTables: [],
      warnings: tables.flatMap((mapping) => warningsOf(mapping, [])),
      hash: hashOf([
        database,
        change,
        structuresOf(tables),
        moved.map(({ table, createSql }) => [table, createSql && orderedStructure(createSql)]),
        borderOf(keys.plan),
      ]),
    },
    refusals: [...refusals, ...keys.refusals],
  };
}

async function planOfStatements(planning: Planning, parsed: readonly AlterStatement[]): Promise<WayForth> {
  const { server, database, scratch, change } = planning;
  const { sources, statements, refusals } = await readSources(planning, parsed);
  const tables = sources.map((source) => source.name.table);
  refuseVainDeclarations(change, tables);
  const own = statements.filter((statement) => tables.includes(statement.table));
  const { results, keys } = await mapInScratch({ ...planning, statements: own, sources });
  const mappings = results.flatMap(({ mapping }) => (mapping ? [mapping] : []));
  // What is computed has to be written.
  const plain = mappings.filter(({ columns }) => columns.every(({ expression }) => expression === null));
  const mapped = plain.map(({ table }) => table);
  const instantTables = await findInstantTables(server, {
    database,
    schema: scratch,
    statements: own.filter(({ table }) => mapped.includes(table)),
    tables: mapped,
  });
  return {
    plan: {
      database,
      origin: { change, moved: [], untouched: 0, dataSteps: [] },
      statements,
      tables: mappings,
      moves: [],
      foreignKeys: keys.plan,
      instantTables,
      warnings: mappings.flatMap((mapping) => warningsOf(mapping, statements)),
      hash: hashOf([
        database,
        change.declared,
        statements.map((statement) => [statement.table, statement.sql.trim()]),
        structuresOf(mappings),
        borderOf(keys.plan),
      ]),
    },
    refusals: [...refusals, ...results.flatMap((result) => result.refusals), ...keys.refusals],
  };
}

/**
 * The tables that the statements are for, in the statements' order, then those that are declared to be computed; and the statements with the tables'
 * names as the server spells them.
 */
async function readSources(
  { session, database, change }: Planning,
  parsed: readonly AlterStatement[],
): Promise<{ sources: Table[]; statements: AlterStatement[]; refusals: Refusal[] }> {
  const sources = new Map<string, Table>();
  const spelled = new Map<string, string>();
  const refusals: Refusal[] = [];
  const computed = change.declared.maps.map(({ table }) => table);
  for (const name of new Set([...parsed.map((statement) => statement.table), ...computed])) {
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

interface ScratchInput extends Planning {
  readonly statements: readonly AlterStatement[];
  readonly sources: readonly Table[];
}

interface Mapped {
  readonly results: readonly MappingResult[];
  readonly keys: ForeignKeyResult;
}

async function mapInScratch(input: ScratchInput): Promise<Mapped> {
  const { server, session, database, scratch, statements, sources } = input;
  const tables = sources.map((source) => source.name.table);
  if (tables.length === 0) return { results: [], keys: { plan: noForeignKeys, refusals: [] } };
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
      results.push(await mapStated(input, source, shadow));
    }
    const mapped = results.flatMap(({ mapping }) => (mapping ? [mapping] : []));
    return { results, keys: await planForeignKeys(session, { database, tables: mapped, moves: [] }, scratch) };
  });
}

async function mapStated(input: ScratchInput, source: Table, shadow: Table): Promise<MappingResult> {
  const { session, scratch, statements, change } = input;
  const { table } = source.name;
  const isOwn = (one: { readonly table: string }): boolean => fold(one.table) === fold(table);
  const alters = statements.filter((statement) => statement.table === table).map((statement) => statement.sql);
  const renames = change.declared.renames.filter(isOwn);
  const maps = change.declared.maps.filter(isOwn);
  if (renames.length === 0 && maps.length === 0) {
    const names = source.columns.map((column) => column.name);
    return mapTable(source, shadow, trackColumns(names, alters));
  }
  refuseUnknownColumns(source, shadow, renames);
  const computed = await resolveExpressions(session, scratch, { source, shadow }, maps);
  const origins = columnOrigins({ source, shadow, alters, renames, computed });
  return 'code' in origins ? { mapping: null, refusals: [origins] } : mapTable(source, shadow, origins, computed);
}

/** Throws `usage-error` for declarations about tables that the statements do not touch. */
function refuseVainDeclarations({ declared }: Change, tables: readonly string[]): void {
  const [renamed] = declared.tableRenames;
  if (renamed) throw declaredInVain(`--rename-table ${renamed.from}:${renamed.to}`, 'these statements rename no table');
  const stray = declared.renames.find(({ table }) => !tables.some((known) => fold(known) === fold(table)));
  if (!stray) return;
  throw declaredInVain(
    `--rename ${stray.table}.${stray.from}:${stray.to}`,
    `the statements do not change ${stray.table}`,
  );
}

/** Structures are the server's own text and have no schema name in them. */
function structuresOf(mappings: readonly TableMapping[]): unknown[] {
  return mappings.map(({ table, source, shadow }) => [
    table,
    source.createSql,
    shadow.name.table,
    orderedStructure(shadow.createSql),
  ]);
}

/** Foreign keys of tables that stay are in no structure of the plan. */
function borderOf({ attached, repointed, detached, cascades }: ForeignKeyPlan): unknown {
  return [attached, repointed, detached, cascades];
}

function hashOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
