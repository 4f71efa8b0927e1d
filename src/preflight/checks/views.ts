import { quoteId, quoteString } from '../../db/quote.js';
import { codeOf, ServerError } from '../../db/server-error.js';
import type { Session } from '../../db/session.js';
import type { Refusal } from '../../plan/plan.js';
import { quoteTable, retiredSchemaOf, shadowSchemaOf, type TableName } from '../../schema/names.js';
import type { Token } from '../../util/sql-tokens.js';
import { isSymbol, nameOf } from '../../util/sql-words.js';
import { fatesOf, losesNames, StoredSql, tableChanges, type TableChange } from '../dependents.js';
import { field, serverRefusal, type Check, type PreflightContext } from '../context.js';
import { withPlannedTables } from '../scratch.js';

/**
 * A view finds its tables by name, so it goes on over the new ones, unless it names what they do not have any more. The server says so: the
 * view's query is prepared over empty tables of the planned structure. A view that reads other views needs no such look of its own, because
 * their columns stay as they are.
 */
export const views: Check = async (context) => {
  const changes = tableChanges(context.plan);
  if (changes.length === 0) return [];
  const { database } = context.plan;
  const found = await readViews(context.session, database);
  const hidden = found.filter(({ sql }) => sql === '');
  const reading = found.flatMap((view) => {
    const stored = new StoredSql(view.sql);
    const read = changes.filter(({ table }) => stored.mentions(database, table, false).length > 0);
    return read.length === 0 ? [] : [{ ...view, stored, read }];
  });
  return [...hiddenViews(context, hidden, changes), ...(await brokenViews(context, reading))];
};

interface View {
  readonly name: TableName;
  /** The query as the server stores it, with every table's schema; empty when the user may not see it. */
  readonly sql: string;
}

interface ReadingView extends View {
  readonly stored: StoredSql;
  /** What becomes of the tables that it reads. */
  readonly read: readonly TableChange[];
}

async function readViews(session: Session, database: string): Promise<View[]> {
  const others = ['mysql', 'sys', 'information_schema', 'performance_schema']
    .concat(shadowSchemaOf(database), retiredSchemaOf(database))
    .map((schema) => quoteString(schema));
  const rows = await session.query(
    `SELECT TABLE_SCHEMA s, TABLE_NAME v, VIEW_DEFINITION d FROM information_schema.VIEWS
     WHERE TABLE_SCHEMA NOT IN (${others.join(', ')}) ORDER BY TABLE_SCHEMA, TABLE_NAME`,
  );
  return rows.map((row) => ({ name: { schema: field(row, 's'), table: field(row, 'v') }, sql: row['d'] ?? '' }));
}

/** Where something vanishes, a view of the database that nobody could look into might need it. */
function hiddenViews(
  { plan: { database }, onWarning }: PreflightContext,
  hidden: readonly View[],
  changes: readonly TableChange[],
): Refusal[] {
  if (hidden.length === 0) return [];
  const names = hidden.map(({ name }) => quoteTable(name)).join(', ');
  const own = hidden.some(({ name }) => name.schema === database);
  if (own && changes.some(losesNames)) {
    return [
      serverRefusal(
        'missing-privileges',
        `whether views need what vanishes cannot be seen: ${names}`,
        `GRANT SHOW VIEW ON ${quoteId(database)}.* to the user.`,
      ),
    ];
  }
  onWarning?.(`views that the user may not look into were not checked: ${names}`);
  return [];
}

async function brokenViews(context: PreflightContext, reading: readonly ReadingView[]): Promise<Refusal[]> {
  const { plan, server } = context;
  const checkable = await server.withSession('looking at views', (session) => usableViews(context, session, reading));
  if (checkable.length === 0) return [];
  const needed = new Set(checkable.flatMap(({ read }) => read.map(({ table }) => table)));
  // By either name: one table may take the other's.
  const planned = plan.tables
    .filter(({ source, shadow }) => needed.has(source.name.table) || needed.has(shadow.name.table))
    .map(({ shadow }) => shadow);
  return withPlannedTables(context, planned, (scratch) =>
    server.withSession('trying views', async (session) => {
      const refusals: Refusal[] = [];
      for (const view of checkable) {
        const error = await prepare(session, view.name.schema, overPlanned(view, plan.database, scratch));
        if (error === null) warnOfReuse(context, view);
        else if (saysNothing(error)) {
          context.onWarning?.(`view ${quoteTable(view.name)} could not be checked: ${error.message}`);
        } else refusals.push(wouldBreak(view, error.message.replaceAll(scratch, plan.database)));
      }
      return refusals;
    }),
  );
}

/** Those that work today and whose query can be read without a doubt; the others are told. */
async function usableViews(
  { plan: { database, moves }, onWarning }: PreflightContext,
  session: Session,
  reading: readonly ReadingView[],
): Promise<ReadingView[]> {
  const usable: ReadingView[] = [];
  const madeAnew = new Set(moves.filter(({ kind }) => kind === 'created').map(({ table }) => table));
  for (const view of reading) {
    const error = await prepare(session, view.name.schema, `SELECT 1 FROM ${quoteTable(view.name)} LIMIT 0`);
    if (error !== null && !saysNothing(error)) {
      onWarning?.(`view ${quoteTable(view.name)} does not work even now: ${error.message}`);
    } else if (namesAlias(view.stored.tokens, database)) {
      onWarning?.(`view ${quoteTable(view.name)} could not be checked: it uses the database's name as an alias`);
    } else if (view.read.some(({ table }) => madeAnew.has(table))) {
      onWarning?.(`view ${quoteTable(view.name)} could not be checked: a table that it reads gives way to another`);
    } else usable.push(view);
  }
  return usable;
}

/** The database's name that qualifies nothing: then `` `shop`.`orders` `` may be a column of an alias. */
function namesAlias(tokens: readonly Token[], database: string): boolean {
  return tokens.some(
    (token, at) => nameOf(token) === database && !isSymbol(tokens[at + 1], '.') && !isSymbol(tokens[at - 1], '.'),
  );
}

/** The view's query with the migrated and the dropped tables taken from the scratch schema, where the dropped are not. */
function overPlanned({ sql, stored, read }: ReadingView, database: string, scratch: string): string {
  const places = read
    .flatMap(({ table }) => stored.mentions(database, table, false))
    // A function may be called like a table.
    .filter((at) => !isSymbol(stored.tokens[at + 1], '('))
    .map((at) => stored.tokens[at - 2]!)
    .sort((a, b) => b.start - a.start);
  return places.reduce((text, { start, end }) => text.slice(0, start) + quoteId(scratch) + text.slice(end), sql);
}

/** The user may not look, or somebody has a table locked: the query may be right or wrong. */
function saysNothing(error: ServerError): boolean {
  return error.isLockFailure || codeOf(error) === 'access-denied';
}

/** Null when the server takes the query. Nothing is executed. */
async function prepare(session: Session, schema: string, sql: string): Promise<ServerError | null> {
  try {
    await session.execute(`USE ${quoteId(schema)}`);
    await session.execute(`PREPARE td_view FROM ${quoteString(sql)}`);
    await session.execute('DEALLOCATE PREPARE td_view');
    return null;
  } catch (error) {
    if (error instanceof ServerError && !error.connectionLost) return error;
    throw error;
  }
}

function needs({ stored, read }: ReadingView): string[] {
  return read.flatMap((change) =>
    change.becomes === change.table
      ? fatesOf(change).flatMap(({ column, fate }) => (stored.hasName(column) ? [fate] : []))
      : [`${change.table}, which is ${change.becomes === null ? 'dropped' : `renamed to ${change.becomes}`}`],
  );
}

function wouldBreak(view: ReadingView, why: string): Refusal {
  const names = needs(view);
  return {
    code: 'view-would-break',
    table: view.read[0]!.table,
    message: `view ${quoteTable(view.name)} would not work any more: ${why}${names.length === 0 ? '' : `; it names ${names.join('; ')}`}`,
    remedy:
      'Make the view anew without what vanishes, or drop it, before the migration (an after-cutover hook can create it again), or keep what it needs.',
  };
}

/** It works, but reads something else under the same name. */
function warnOfReuse({ onWarning }: PreflightContext, view: ReadingView): void {
  const names = needs(view);
  if (names.length > 0) onWarning?.(`view ${quoteTable(view.name)} names ${names.join('; ')}`);
}
