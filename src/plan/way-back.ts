import type { Session } from '../db/session.js';
import { comparableSql, comparableValueSql } from '../schema/comparable.js';
import { readForeignKeys, type ForeignKey } from '../schema/foreign-keys.js';
import { retiredSchemaOf } from '../schema/names.js';
import type { Column, ColumnMapping, Table, TableMapping } from '../schema/table.js';
import { fold, type TrackedColumn } from './column-tracking.js';
import { declaredInVain, type ColumnExpression } from './declared.js';
import { resolveExpressions } from './expressions.js';
import { borderOf, cascadesInto, matters, untraceable } from './foreign-keys.js';
import { mapTable } from './mapping.js';
import { noForeignKeys, type ForeignKeyPlan, type Plan, type Refusal } from './plan.js';

/** A plan from the new tables to the retired ones, and why there is none. */
export interface WayBack {
  readonly plan: Plan;
  readonly refusals: readonly Refusal[];
}

/**
 * Turns a plan around: sources are the tables that it makes, shadows those that it retires. At the cutover both are equal under this mapping, so a run of
 * it has copied everything already. `maps` say what old columns get that cannot be read from the new ones. Throws `usage-error` for one that speaks of nothing.
 */
export async function planWayBack(
  session: Session,
  scratch: string,
  plan: Plan,
  maps: readonly ColumnExpression[],
): Promise<WayBack> {
  const stray = maps.find(({ table }) => !plan.tables.some((mapping) => isNamed(mapping, table)));
  if (stray) throw declaredInVain(mapBackText(stray), `the change does not copy ${stray.table}`);
  const tables: TableMapping[] = [];
  const refusals: Refusal[] = [...unsupported(plan)];
  for (const mapping of plan.tables) {
    const own = maps.filter(({ table }) => isNamed(mapping, table));
    const turned = await turnAround(session, scratch, plan.database, mapping, own);
    if ('code' in turned) refusals.push(turned);
    else tables.push(turned);
  }
  const keys = await readForeignKeys(session, plan.database);
  const foreignKeys = refusals.length > 0 ? { plan: noForeignKeys, refusals: [] } : turnKeys(plan, tables, keys);
  const { database, origin, moves, hash } = plan;
  return {
    plan: {
      database,
      origin,
      moves,
      hash,
      tables,
      statements: [],
      instantTables: [],
      warnings: [],
      foreignKeys: foreignKeys.plan,
      back: true,
    },
    refusals: [...refusals, ...foreignKeys.refusals],
  };
}

function isNamed({ source }: TableMapping, table: string): boolean {
  return fold(source.name.table) === fold(table);
}

function mapBackText({ table, column, expression }: ColumnExpression): string {
  return `--map-back "${table}.${column}=${expression}"`;
}

/** What a way back is not made for. */
function unsupported({ tables, moves, foreignKeys }: Plan): Refusal[] {
  const refuse = (table: string | null, message: string): Refusal => ({
    code: 'rollback-unsupported',
    table,
    message,
    remedy: 'Leave --keep-rollback out: then the old tables are kept as they were at the cutover.',
  });
  const border = [...foreignKeys.attached, ...foreignKeys.repointed, ...foreignKeys.detached];
  return [
    ...moves
      .filter(({ kind }) => kind !== 'replaced')
      .map(({ kind, table }) => refuse(table, `${table} is ${kind} by the change, and a rollback would not undo that`)),
    ...tables
      .filter(({ source, shadow }) => source.name.table !== shadow.name.table)
      .map(({ source, shadow }) =>
        refuse(
          source.name.table,
          `${source.name.table} is renamed to ${shadow.name.table}, which a rollback would not undo`,
        ),
      ),
    ...border.map(({ name, child, parent }) =>
      refuse(
        child.table,
        `${name} of ${child.table} refers to ${parent.table}, and only one of them is migrated: a rollback would not tie them in again`,
      ),
    ),
  ];
}

async function turnAround(
  session: Session,
  scratch: string,
  database: string,
  mapping: TableMapping,
  maps: readonly ColumnExpression[],
): Promise<TableMapping | Refusal> {
  const source: Table = { ...mapping.shadow, name: { schema: database, table: mapping.shadow.name.table } };
  const shadow: Table = {
    ...mapping.source,
    name: { schema: retiredSchemaOf(database), table: mapping.source.name.table },
  };
  const stated = await resolveExpressions(session, scratch, { source, shadow }, maps, '--map-back');
  const computed = stated.map((column): ColumnMapping => ({ ...column, whenWritten: true }));
  const origins = shadow.columns.map((column): TrackedColumn => ({
    name: column.name,
    origin: computed.some((own) => own.shadow.name === column.name) ? null : originOf(mapping, column),
  }));
  const lost = shadow.columns.filter(
    (column, i) =>
      column.generated === null &&
      origins[i]!.origin === null &&
      !computed.some((own) => own.shadow.name === column.name && comparableValueSql(own, 'source', 't') !== null),
  );
  if (lost.length > 0) return noWayBack(mapping, lost);
  const { mapping: turned, refusals } = mapTable(source, shadow, origins, computed);
  if (turned !== null) return turned;
  return {
    ...refusals[0]!,
    code: 'no-way-back',
    message: `the new ${mapping.table} cannot be followed back: ${refusals[0]!.message}`,
  };
}

/** The new column whose values are those of an old one, and can be proven to be so after it was converted back; null when there is none. */
function originOf({ columns }: TableMapping, old: Column): string | null {
  const copy = columns.find(({ source, expression }) => expression === null && source.name === old.name);
  if (!copy) return null;
  const turned = { source: copy.shadow, shadow: old };
  return comparableSql(turned, 'source', 'c') === null || comparableSql(turned, 'shadow', 'c') === null
    ? null
    : copy.shadow.name;
}

function noWayBack({ table, columns }: TableMapping, lost: readonly Column[]): Refusal {
  const facts = lost.map(({ name, columnType }) => {
    const copy = columns.find(({ source, expression }) => expression === null && source.name === name);
    return copy
      ? `${name} becomes ${copy.shadow.columnType}, from ${columnType}`
      : `${name} has no column in its place`;
  });
  return {
    code: 'no-way-back',
    table,
    message: `old columns of ${table} cannot be filled from the new ones: ${facts.join('; ')}`,
    remedy: `Say what they get in the rows that are written before a rollback: ${lost.map(({ name }) => `--map-back '${table}.${name}=EXPRESSION'`).join(' ')}; or leave --keep-rollback out.`,
  };
}

/** Only what lies among the migrated tables is left: the border was refused. */
function turnKeys(
  { database, foreignKeys, moves }: Plan,
  tables: readonly TableMapping[],
  found: readonly ForeignKey[],
): { readonly plan: ForeignKeyPlan; readonly refusals: readonly Refusal[] } {
  const old = found.filter(({ child, parent }) => child.schema === database && parent.schema === database);
  const before = foreignKeys.planned;
  const border = borderOf({ database, tables, moves }, before, old);
  const { cascades } = cascadesInto(
    tables.map(({ table }) => table),
    before.filter((key) => matters(tables, key)),
  );
  return {
    plan: { ...noForeignKeys, planned: border.keys.planned, added: border.keys.added, cascades },
    refusals: [...border.refusals, ...untraceable(tables, cascades, [])],
  };
}
