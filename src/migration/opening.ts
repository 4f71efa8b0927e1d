import { hostname } from 'node:os';
import { continuationOf } from '../binlog/continuation.js';
import { currentPosition, gtidAt } from '../binlog/position.js';
import type { Session } from '../db/session.js';
import { quoteString } from '../db/quote.js';
import { killOnAbort } from '../db/kill-on-abort.js';
import { ServerError } from '../db/server-error.js';
import { finishExchange } from '../copy/load-form.js';
import type { CutoverChange } from '../cutover/change.js';
import { TideoverError } from '../errors.js';
import type { Checkpoint, RunRecord } from '../journal/journal.js';
import { journalExists } from '../journal/open-journal.js';
import { acquireRunLock, type RunLock } from '../journal/run-lock.js';
import { makePlan } from '../plan/make-plan.js';
import type { Plan, Refusal } from '../plan/plan.js';
import { createShadow, dropSchema } from '../plan/shadow.js';
import { recordOf } from '../plan/source.js';
import { plannedTables } from '../preflight/context.js';
import { preflight } from '../preflight/preflight.js';
import { tailFromRefusals } from '../preflight/tail-from.js';
import { tableNames } from '../schema/introspect.js';
import { quoteTable, shadowSchemaOf } from '../schema/names.js';
import { connectionsNeeded } from './connections.js';
import { prepareLoading } from './copying.js';
import { dropRun } from './dropping.js';
import { interrupted } from './interrupted.js';
import { isInstant } from './instant.js';
import { plannedChangeOf } from './cutover-change.js';
import { buffersRefused } from './holding.js';
import type { Inspected } from './migration.js';
import type { RunContext } from './running.js';
import type { Settings } from './options.js';
import { throttlesRefused } from './throttling.js';

/** A run that is in the journal, locked for this process, with its shadow schema in place. */
export interface OpenedRun {
  readonly record: RunRecord;
  readonly plan: Plan;
  readonly checkpoint: Checkpoint;
  readonly resumed: boolean;
  /** The server is asked to change its metadata; there is no shadow. */
  readonly instant: boolean;
  /** The server's estimate of the rows of each copied table. */
  readonly rowsEstimated: ReadonlyMap<string, number>;
  readonly lock: RunLock;
}

/** What is known before anything is changed. */
export interface Inspection extends Inspected {
  readonly unfinished: RunRecord | null;
  /** From the new tables to the old ones; null when no way back is to be kept. */
  readonly back: Plan | null;
}

/** Makes the plan and asks every preflight rule. Changes nothing that stays. */
export async function inspect(context: RunContext): Promise<Inspection> {
  const { server, settings } = context;
  return server.withSession('preflight', async (session) => {
    const { database } = settings.connection;
    const unfinished = (await journalExists(session)) ? await context.journal.unfinishedRun(database) : null;
    const made = await makePlan(server, {
      database,
      change: settings.change,
      mapsBack: settings.rollback?.maps ?? null,
      signal: settings.signal,
    });
    const change = await plannedChangeOf(session, made.plan);
    const connections = connectionsNeeded(settings, made.plan, change);
    const warnings: string[] = [];
    const refused = await preflight({
      server,
      session,
      plan: made.plan,
      resuming: unfinished !== null,
      connections,
      onWarning: (warning) => warnings.push(warning),
    });
    const plan = { ...made.plan, warnings: [...made.plan.warnings, ...warnings] };
    return {
      plan,
      refusals: [
        ...made.refusals,
        ...refused,
        ...tailFromRefusals(settings.tailFrom),
        ...rollbackRefused(settings, made.plan, change),
        ...(await throttlesRefused(context, made.plan, { resuming: unfinished !== null })),
        ...(await buffersRefused(settings, { resuming: unfinished !== null })),
      ],
      connections,
      unfinished,
      back: made.back,
    };
  });
}

/** Starts a run or takes up the unfinished one. Rejects with `run-in-progress`, `preflight-refused` or `checkpoint-unusable`. */
export async function openRun(context: RunContext): Promise<OpenedRun> {
  const { server, settings } = context;
  const { database } = settings.connection;
  const lock = await acquireRunLock(server, database);
  if (lock === null) {
    throw new TideoverError('run-in-progress', `another engine is at work on ${database}`, {
      hint: `See "tideover status"; wait for it, or end it there with "tideover abort".`,
    });
  }
  try {
    await context.reached('lock-taken');
    const { plan, refusals, unfinished, back } = await inspect(context);
    if (refusals.length > 0) throw refused(refusals);
    context.emitter.emit('plan:made', plan);
    await context.reached('planned');
    await context.journal.migrate();
    const opened = await server.withSession('preparing', (session) =>
      unfinished === null ? startRun(context, session, plan, lock) : resumeRun(context, session, plan, unfinished),
    );
    await context.journal.saveWindow(
      opened.record.id,
      back && settings.rollback && { wayBack: JSON.stringify(back), keepS: settings.rollback.keepS },
    );
    const rowsEstimated = await server.withSession('estimating', (session) => estimateRows(session, plan));
    context.emitter.emit('run:started', { runId: opened.record.id, resumed: opened.resumed });
    return { ...opened, plan, rowsEstimated, lock };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

type Opened = Pick<OpenedRun, 'record' | 'checkpoint' | 'resumed' | 'instant'>;

async function startRun(context: RunContext, session: Session, plan: Plan, lock: RunLock): Promise<Opened> {
  const record = await context.journal.createRun({
    database: plan.database,
    planHash: plan.hash,
    statements: recordOf(plan.database, plan.origin.change),
    tables: plannedTables(plan),
    engine: engineName(),
  });
  try {
    await context.reached('run-recorded');
    const instant = isInstant(context.settings, plan);
    const checkpoint = instant ? await startingNow(session) : await prepareShadow(context, session, plan, record.id);
    return { record, checkpoint, resumed: false, instant };
  } catch (error) {
    await giveUp(context, record, lock).catch(() => undefined);
    throw error;
  }
}

/** Leaves nothing behind. Where the server or the lock is what was lost, the run stays unfinished, and the next engine begins it anew. */
async function giveUp(context: RunContext, record: RunRecord, lock: RunLock): Promise<void> {
  await lock.refuseLost();
  await dropRun(context, record);
}

export function engineName(): string {
  return `${hostname()}:${process.pid}`;
}

/** Every chunk's view is younger than this position: what it does not show arrives as an event. */
async function startingNow(session: Session): Promise<Checkpoint> {
  const position = await currentPosition(session);
  const gtid = await gtidAt(session, position);
  return { position: gtid === null ? position : { ...position, gtid }, pending: [], tables: [] };
}

/** Builds the empty shadow and notes where the tail begins. */
async function prepareShadow(
  { server, settings, journal, reached }: RunContext,
  session: Session,
  plan: Plan,
  runId: number,
): Promise<Checkpoint> {
  await createShadow(server, plan, settings.signal);
  await reached('shadow-built');
  await prepareLoading(session, plan, settings);
  await reached('load-form-entered');
  const checkpoint = await startingNow(session);
  await journal.saveCheckpoint(runId, checkpoint);
  await reached('checkpoint-saved');
  return checkpoint;
}

async function resumeRun(context: RunContext, session: Session, plan: Plan, record: RunRecord): Promise<Opened> {
  if (record.planHash !== plan.hash) {
    throw new TideoverError(
      'checkpoint-unusable',
      `run ${record.id} of ${plan.database} is unfinished and has another plan (${record.planHash.slice(0, 12)})`,
      {
        facts: { runId: record.id, statements: record.statements },
        hint: 'Give the same change to continue it, or end it with "tideover abort". A DDL on the source since then makes another plan, too.',
      },
    );
  }
  await context.journal.takeUp(record.id, engineName());
  // Nothing of it is in the shadow, and what is done already is done.
  if (isInstant(context.settings, plan))
    return { record, checkpoint: await startingNow(session), resumed: true, instant: true };
  const shadow = shadowSchemaOf(plan.database);
  const checkpoint = await context.journal.loadCheckpoint(record.id);
  if (checkpoint !== null) {
    await untilQuiet(context, shadow);
    for (const mapping of plan.tables) await finishExchange(session, mapping.shadow);
    const position = await continuationOf(context.server, checkpoint.position);
    return { record, checkpoint: { ...checkpoint, position }, resumed: true, instant: false };
  }
  // It stopped before the shadow was complete: there is nothing to continue from, and nothing to lose.
  await dropWhenQuiet(context, shadow);
  return { record, checkpoint: await prepareShadow(context, session, plan, record.id), resumed: true, instant: false };
}

/** What a dead engine has sent goes on until it ends: an old chunk must not come over what is applied from now on (I5). */
export async function untilQuiet(context: RunContext, schema: string): Promise<void> {
  await patiently(context, schema, async (session) => {
    const tables = await tableNames(session, schema);
    if (tables.length === 0) return;
    await session.execute(`LOCK TABLES ${tables.map((table) => `${quoteTable({ schema, table })} WRITE`).join(', ')}`);
  });
}

/** A table that its engine could not finish cannot always be locked, but it can be dropped. */
function dropWhenQuiet(context: RunContext, schema: string): Promise<void> {
  return patiently(context, schema, (session) => dropSchema(session, schema));
}

/** For a chunk to end, and then for its session's end to be noticed. An index may take longer to be built: then the operator is told. */
const quietLimitS = 120;

/** Does what has to wait for the statement of a dead engine. */
async function patiently(
  { server, settings }: RunContext,
  schema: string,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  await server.withSession('waiting for an earlier engine', async (session) => {
    await session.execute(`SET SESSION lock_wait_timeout = ${quietLimitS}`);
    try {
      await killOnAbort(server, session, settings.signal, () => work(session));
    } catch (error) {
      if (settings.signal.aborted) throw interrupted('preparing');
      if (!(error instanceof ServerError && error.isLockFailure)) throw error;
      throw new TideoverError('run-in-progress', `somebody is at work in ${schema}: ${error.message}`, {
        hint: 'A statement of an engine that died may still run, the building of an index say: see the processlist, and run the same command again when it has ended.',
        cause: error,
      });
    }
  });
}

/** What a way back is not made for, beside what its plan says. */
function rollbackRefused(settings: Settings, plan: Plan, { triggers }: CutoverChange): Refusal[] {
  if (settings.rollback === null) return [];
  const refuse = (table: string | null, message: string, remedy: string): Refusal => ({
    code: 'rollback-unsupported',
    table,
    message,
    remedy,
  });
  return [
    ...triggers.map(({ trigger, source }) =>
      refuse(
        source.table,
        `${source.table} has a trigger, ${trigger.name}, and a rollback would not move it back`,
        'Leave --keep-rollback out: then the old tables are kept as they were at the cutover.',
      ),
    ),
    ...(isInstant(settings, plan)
      ? [refuse(null, 'an instant change leaves no old tables', 'Leave out --instant, or --keep-rollback.')]
      : []),
  ];
}

function refused(refusals: readonly Refusal[]): TideoverError {
  const lines = refusals.map(({ code, table, message }) => `${code}${table === null ? '' : ` (${table})`}: ${message}`);
  const remedies = [...new Set(refusals.map(({ remedy }) => remedy))].join(' ');
  return new TideoverError('preflight-refused', lines.join('; '), { facts: { refusals }, hint: remedies });
}

async function estimateRows(session: Session, plan: Plan): Promise<ReadonlyMap<string, number>> {
  const rows = await session.query(
    `SELECT TABLE_NAME AS t, TABLE_ROWS AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteString(plan.database)}`,
  );
  const copied = new Set([...plan.tables, ...plan.foreignKeys.followed].map(({ table }) => table));
  return new Map(rows.flatMap(({ t, n }) => (t && copied.has(t) ? [[t, Number(n ?? 0)]] : [])));
}

/** Whether a run makes the change that is asked for now. */
export function isSameChange({ settings }: RunContext, record: RunRecord): boolean {
  const asked = recordOf(settings.connection.database, settings.change);
  return JSON.stringify(asked) === JSON.stringify(record.statements.map((sql) => sql.trim()));
}
