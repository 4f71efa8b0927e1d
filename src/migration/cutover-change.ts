import { changeOf, isSame, type CutoverChange, type SwapTable, type TableChange } from '../cutover/change.js';
import { wholeChange } from '../cutover/web.js';
import type { Session } from '../db/session.js';
import { TideoverError } from '../errors.js';
import type { Intent, RunRecord } from '../journal/journal.js';
import { retiredSchemaIn, shadowSchemaIn, type Plan } from '../plan/plan.js';
import { readForeignKeys, type ForeignKey } from '../schema/foreign-keys.js';
import type { TableName } from '../schema/names.js';
import { readTriggerDefinitions } from '../schema/triggers.js';

/**
 * What the plan's cutover does. The foreign keys and the triggers are read now, and not taken from the plan: what was added beside the migrated tables
 * since then must be closed, too.
 */
export async function cutoverChangeOf(session: Session, plan: Plan): Promise<CutoverChange> {
  const keys = await readForeignKeys(session, plan.database);
  refuseOtherBorder(plan, keys, movingTables(plan));
  return changeWith(session, plan, { own: keys, shadow: await readForeignKeys(session, shadowSchemaIn(plan)) });
}

/** The same before there is a shadow, as far as it can be known: somebody may add foreign keys and triggers until then. Also of a plan that is refused. */
export async function plannedChangeOf(session: Session, plan: Plan): Promise<CutoverChange> {
  const own = await readForeignKeys(session, plan.database);
  return changeWith(session, plan, { own, shadow: plan.foreignKeys.planned });
}

async function changeWith(
  session: Session,
  plan: Plan,
  keys: { readonly own: readonly ForeignKey[]; readonly shadow: readonly ForeignKey[] },
): Promise<CutoverChange> {
  const { database, foreignKeys } = plan;
  const moving = movingTables(plan);
  const triggers = (await readTriggerDefinitions(session, database)).flatMap((trigger) => {
    const swapped = moving.swapped.find(({ source }) => source.table === trigger.table.table);
    const dropped = moving.dropped.find(({ source }) => source.table === trigger.table.table);
    const source = (swapped ?? dropped)?.source;
    return source ? [{ trigger, source, target: swapped?.target ?? null }] : [];
  });
  const change: TableChange = {
    ...moving,
    attached: foreignKeys.attached.map(({ parent }) => parent),
    repointed: foreignKeys.repointed,
    detached: foreignKeys.detached,
    added: foreignKeys.added,
    triggers,
  };
  return wholeChange(change, foreignKeys.neighbours, [...keys.own, ...keys.shadow]);
}

/** Whoever stays and refers to a source must be re-pointed, and who does not refer to it any more must not: the plan knows only who did when it was made. */
function refuseOtherBorder(
  { database, foreignKeys }: Plan,
  keys: readonly ForeignKey[],
  { swapped, dropped }: Pick<TableChange, 'swapped' | 'dropped'>,
): void {
  const sources = [...swapped, ...dropped].map(({ source }) => source);
  const isSource = (name: TableName): boolean => sources.some((source) => isSame(source, name));
  const now = keys.filter(({ child, parent }) => child.schema === database && !isSource(child) && isSource(parent));
  const named = (list: readonly ForeignKey[]): string[] =>
    list.map(({ child, name }) => `${child.table}.${name}`).sort();
  const [found, planned] = [named(now), named(foreignKeys.repointed)];
  if (JSON.stringify(found) === JSON.stringify(planned)) return;
  throw new TideoverError(
    'source-changed',
    `the foreign keys to the migrated tables are not those of the plan: found ${found.join(', ') || 'none'}, planned ${planned.join(', ') || 'none'}`,
    { hint: 'Somebody has added or dropped one meanwhile. Abort the run and start again.' },
  );
}

/** What the journaled statement of a cutover is a part of. */
export function changeIn(
  { change }: Intent,
  { database, tables }: Pick<RunRecord, 'database' | 'tables'>,
): CutoverChange {
  return change === null ? plainChangeOf(database, tables) : (JSON.parse(change) as CutoverChange);
}

/** The tables of a run of which only the names are known: of engines that journaled no more. */
export function plainChangeOf(database: string, tables: readonly string[]): CutoverChange {
  return changeOf(sameNames(namesOf({ database }), tables));
}

function sameNames(nameIn: Names, tables: readonly string[]): SwapTable[] {
  return tables.map((table) => ({
    source: nameIn.project(table),
    shadow: nameIn.shadow(table),
    retired: nameIn.retired(table),
    target: nameIn.project(table),
  }));
}

function movingTables(plan: Plan): Pick<TableChange, 'swapped' | 'created' | 'dropped'> {
  const { tables, moves } = plan;
  const nameIn = namesOf(plan);
  const of = (kind: string): string[] => moves.filter((move) => move.kind === kind).map(({ table }) => table);
  const copied = tables.map(({ source, shadow }) => ({
    source: source.name,
    shadow: shadow.name,
    retired: nameIn.retired(source.name.table),
    target: nameIn.project(shadow.name.table),
  }));
  return {
    swapped: [...copied, ...sameNames(nameIn, of('replaced'))],
    created: of('created').map((table) => ({ shadow: nameIn.shadow(table), target: nameIn.project(table) })),
    dropped: of('dropped').map((table) => ({ source: nameIn.project(table), retired: nameIn.retired(table) })),
  };
}

type Names = Readonly<Record<'project' | 'shadow' | 'retired', (table: string) => TableName>>;

function namesOf(plan: Pick<Plan, 'database' | 'back'>): Names {
  return {
    project: (table) => ({ schema: plan.database, table }),
    shadow: (table) => ({ schema: shadowSchemaIn(plan), table }),
    retired: (table) => ({ schema: retiredSchemaIn(plan), table }),
  };
}
