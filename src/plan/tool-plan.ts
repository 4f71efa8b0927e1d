import type { Server } from '../db/server.js';
import type { Session } from '../db/session.js';
import { TideoverError } from '../errors.js';
import { withoutForeignKeysElsewhere } from '../schema/foreign-key-text.js';
import { readTable } from '../schema/introspect.js';
import { shadowSchemaOf } from '../schema/names.js';
import type { Table, TableMapping } from '../schema/table.js';
import { columnOrigins } from './column-origins.js';
import { fold } from './column-tracking.js';
import { countRows, sumRows, tablesWithRows } from './database-clone.js';
import { judgeSteps, stepRefusals, type JudgedStep } from './data-steps.js';
import { declaredInVain, type Declared } from './declared.js';
import { resolveExpressions } from './expressions.js';
import { mapTable, type MappingResult } from './mapping.js';
import type { Move, MovedTable, Refusal } from './plan.js';
import type { ToolSource } from './source.js';
import { diffTables, type Continued, type TableDiff } from './table-diff.js';
import { buildByTool, type ToolBuild } from './tool-build.js';
import type { DataStep } from './tool-history.js';

export interface ToolPlanInput {
  readonly database: string;
  readonly scratch: string;
  readonly source: ToolSource;
  readonly declared: Declared;
  readonly signal: AbortSignal;
}

/** What a plan takes from a change that a tool made. */
export interface ToolPlan {
  readonly tables: readonly TableMapping[];
  readonly moves: readonly Move[];
  readonly moved: readonly MovedTable[];
  readonly untouched: number;
  readonly dataSteps: readonly JudgedStep[];
  readonly refusals: readonly Refusal[];
}

/** Has the tool change a clone in the scratch schema, which the caller drops, and derives what is to be done. */
export async function planByTool(server: Server, session: Session, input: ToolPlanInput): Promise<ToolPlan> {
  const { database, scratch, source } = input;
  const versionTables = input.declared.versionTables;
  const build = await buildByTool(server, {
    database,
    schema: scratch,
    source,
    versionTables,
    signal: input.signal,
  });
  const diff = diffTables(build, input.declared.tableRenames);
  const declared = bySourceName(input.declared, build, diff);
  const isVersion = (table: string): boolean => build.versionTables.includes(table);
  const versions = await versionMoves(session, scratch, build, diff);
  const copied = [
    ...diff.changed.filter(({ source: table, target }) => !(isVersion(table) && table === target)),
    // What an expression gives has to be written, whether or not the structure changes.
    ...diff.untouched.filter(({ source: table }) => declared.maps.some((map) => map.table === table)),
  ];
  const results: MappingResult[] = [];
  for (const table of copied) results.push(await mapContinued(session, input, declared, build, table));
  const steps = judgeSteps(await allSteps(session, scratch, build, diff), declared);
  const accepted = diff.remade.filter((table) => declared.acceptedDataSteps.includes(table));
  const moves = [
    ...diff.created.map((table): Move => ({ kind: 'created', table })),
    ...diff.dropped.map((table): Move => ({ kind: 'dropped', table })),
    ...[...versions, ...accepted].map((table): Move => ({ kind: 'replaced', table })),
  ];
  const moved: MovedTable[] = [];
  for (const { kind, table } of moves) {
    const createSql = build.after.tables.get(table) ?? null;
    moved.push({ table, createSql, rows: kind === 'dropped' ? 0 : await countRows(session, scratch, table) });
  }
  const plan: ToolPlan = {
    tables: results.flatMap(({ mapping }) => mapping ?? []),
    moves,
    moved,
    untouched: diff.untouched.filter((table) => !copied.includes(table) && !versions.includes(table.source)).length,
    dataSteps: steps,
    refusals: [...results.flatMap(({ refusals }) => refusals), ...stepRefusals(steps), ...otherRefusals(build, diff)],
  };
  if (copied.length === 0 && moves.length === 0 && plan.refusals.length === 0) throw nothingChanged(build);
  return plan;
}

function nothingChanged({ log }: ToolBuild): TideoverError {
  if (log.connections === 0) {
    return new TideoverError('nothing-to-do', 'the migration never connected to the shadow', {
      hint: 'It finds it in TIDEOVER_SHADOW_URL, or in TIDEOVER_SHADOW_HOST, _PORT, _USER, _PASSWORD and _DATABASE; "localhost" would be a socket, not this address.',
    });
  }
  return new TideoverError('nothing-to-do', 'the migration changed nothing', {
    hint: 'Either the database is up to date, or the command did not work on the schema in TIDEOVER_SHADOW_DATABASE.',
  });
}

/** The declarations with every table by its name before the change. Throws `usage-error` for one that speaks of nothing. */
function bySourceName(declared: Declared, build: ToolBuild, { changed, untouched }: TableDiff): Declared {
  const sourceOf = (table: string): string | null => {
    if (build.before.has(table)) return table;
    return [...changed, ...untouched].find(({ target }) => target === table)?.source ?? null;
  };
  const named = <T extends { readonly table: string }>(what: string, one: T): T => {
    const table = sourceOf(one.table);
    if (table === null) throw declaredInVain(what, `there is no table ${one.table}`);
    return { ...one, table };
  };
  return {
    ...declared,
    renames: declared.renames.map((rename) => named(`--rename ${rename.table}.${rename.from}:${rename.to}`, rename)),
    maps: declared.maps.map((map) => named(`--map "${map.table}.${map.column}=…"`, map)),
    acceptedDataSteps: declared.acceptedDataSteps.map((table) => named(`--accept-data-step ${table}`, { table }).table),
  };
}

/** Version tables that are to be replaced: those whose rows or structure the tool changed. */
async function versionMoves(
  session: Session,
  scratch: string,
  build: ToolBuild,
  { changed, untouched }: TableDiff,
): Promise<string[]> {
  const own = (tables: readonly Continued[]): string[] =>
    tables
      .filter(({ source, target }) => source === target && build.versionTables.includes(source))
      .map(({ source }) => source);
  // Not compared with the source's: those may change meanwhile, and it is the tool's doing that counts.
  const sums = await sumRows(session, scratch, own(untouched));
  const written = [...sums].filter(([table, sum]) => sum !== build.versionSums.get(table));
  return [...own(changed), ...written.map(([table]) => table)];
}

async function mapContinued(
  session: Session,
  { database, scratch }: ToolPlanInput,
  declared: Declared,
  build: ToolBuild,
  { source: table, target, alters }: Continued,
): Promise<MappingResult> {
  const source = await readTable(session, { schema: database, table });
  const built = await readTable(session, { schema: scratch, table: target });
  if (!source || !built)
    return refuse(
      'not-a-base-table',
      table,
      `${table} is, or becomes, something else than a plain table`,
      'Only plain base tables can be migrated; change it with the statement itself.',
    );
  if (build.before.get(table) !== withoutForeignKeysElsewhere(source.createSql)) {
    return refuse(
      'structure-not-repeatable',
      table,
      `${table} cannot be built again as it is: the server makes another structure of its own description`,
      'ALTER TABLE … FORCE may bring the table up to date.',
    );
  }
  const shadow: Table = { ...built, name: { schema: shadowSchemaOf(database), table: target } };
  const renames = declared.renames.filter((rename) => rename.table === table);
  refuseUnknownColumns(source, shadow, renames);
  const maps = declared.maps.filter((map) => map.table === table);
  const computed = await resolveExpressions(session, scratch, { source, shadow }, maps);
  const origins = columnOrigins({ source, shadow, alters, renames, computed });
  if ('code' in origins) return { mapping: null, refusals: [origins] };
  return mapTable(source, shadow, origins, computed);
}

/** Throws `usage-error` for a declared rename of a column that is not there. */
export function refuseUnknownColumns(source: Table, shadow: Table, renames: Declared['renames']): void {
  for (const { table, from, to } of renames) {
    const has = ({ columns }: Table, name: string): boolean =>
      columns.some((column) => fold(column.name) === fold(name));
    const flag = `--rename ${table}.${from}:${to}`;
    if (!has(source, from)) throw declaredInVain(flag, `${table} has no column ${from}`);
    if (!has(shadow, to)) throw declaredInVain(flag, `after the change ${table} has no column ${to}`);
  }
}

function refuse(code: string, table: string, message: string, remedy: string): MappingResult {
  return { mapping: null, refusals: [{ code, table, message, remedy }] };
}

/** What was seen, and what it left in tables that had no rows. */
async function allSteps(
  session: Session,
  scratch: string,
  build: ToolBuild,
  { changed, untouched, remade }: TableDiff,
): Promise<DataStep[]> {
  const { steps } = build.history;
  const explained = new Set(steps.flatMap(({ tables }) => tables));
  const continued = [...changed, ...untouched].filter(({ source }) => !build.versionTables.includes(source));
  const filled = await tablesWithRows(
    session,
    scratch,
    continued.map(({ target }) => target),
  );
  return [
    ...steps,
    ...continued
      .filter(({ source, target }) => filled.includes(target) && !explained.has(source))
      .map(({ source }): DataStep => ({ tables: [source], statement: null, columns: null })),
    ...remade.map((table): DataStep => ({
      tables: [table],
      statement: `DROP TABLE ${table}, and CREATE TABLE ${table} again`,
      columns: null,
    })),
  ];
}

function otherRefusals({ database, after, history }: ToolBuild, { unclear }: TableDiff): Refusal[] {
  const refusals: Refusal[] = [];
  const existing = new Set(database.others.map(fold));
  // The clone has neither: what is said of them comes to nothing there.
  const unheeded = history.unheeded.filter(({ object }) => object === null || existing.has(fold(object)));
  const what = [...after.others, ...unheeded.map(({ statement }) => statement)];
  if (what.length > 0) {
    refusals.push({
      code: 'other-objects',
      table: null,
      message: `the change is about what is no table: ${what.join(', ')}`,
      remedy: 'Take it out of the migration, and do it by itself, before or afterwards.',
    });
  }
  if (unclear) {
    refusals.push({
      code: 'ambiguous-tables',
      table: null,
      message: `${unclear.gone.join(', ')} went and ${unclear.appeared.join(', ')} came, and no statement says which table becomes which`,
      remedy: `Say --rename-table ${unclear.gone[0]!}:${unclear.appeared[0]!} when it is the same table; else use DROP TABLE and CREATE TABLE in plain statements.`,
    });
  }
  return refusals;
}
