import { ServerError } from '../db/server-error.js';
import { quoteId } from '../db/quote.js';
import type { Session } from '../db/session.js';
import { TideoverError } from '../errors.js';
import { metadataOnlySql } from '../plan/instant.js';
import { pause } from '../util/pause.js';
import type { Plan } from '../plan/plan.js';
import { interrupted } from './interrupted.js';
import type { Report } from './events.js';
import { tellHooks } from './hooks.js';
import type { OpenedRun } from './opening.js';
import type { Settings } from './options.js';
import type { RunContext } from './running.js';

/** Seconds that one ALTER may wait for its metadata lock; the service's new statements wait behind it meanwhile. */
const lockWaitS = 1;
const retryAfterMs = 5_000;

/** The server can do all of it at once, and was asked to. */
export function isInstant(settings: Settings, plan: Plan): boolean {
  return settings.instant && plan.tables.length > 0 && plan.instantTables.length === plan.tables.length;
}

/**
 * Lets the server change its metadata: no copy, no cutover. Each statement is atomic by itself; several are not one step.
 * Only for plans all of whose tables the server can change instantly.
 */
export async function alterInstantly(context: RunContext, opened: OpenedRun, startedAt: number): Promise<Report> {
  const { server, journal, settings, emitter } = context;
  const { plan, record } = opened;
  const tables = plan.tables.map(({ table }) => table);
  const facts = { runId: record.id, database: plan.database, tables };
  await tellHooks(context, 'before-cutover', facts, 'preparing');
  const session = await server.connectPlain('altering instantly');
  try {
    await session.execute(`USE ${quoteId(plan.database)}`);
    await session.execute(`SET SESSION lock_wait_timeout = ${lockWaitS}`);
    for (const [done, statement] of plan.statements.entries())
      await alterPatiently(session, metadataOnlySql(statement), { settings, done });
  } finally {
    await session.close();
  }
  const report: Report = {
    runId: record.id,
    database: plan.database,
    tables,
    planHash: plan.hash,
    method: 'instant',
    rowsCopied: 0,
    changesApplied: 0,
    rowsVerified: 0,
    rowsRepaired: 0,
    lostWrites: 0,
    cutover: null,
    hold: null,
    durationMs: Math.round(performance.now() - startedAt),
    retiredSchema: null,
    window: null,
  };
  await journal.saveReport(record.id, JSON.stringify(report));
  await journal.setPhase(record.id, 'done');
  await tellHooks(context, 'after-cutover', facts, 'done');
  emitter.emit('run:finished', report);
  return report;
}

/** Tries until the metadata lock is had, as often as the cutover may. `done` statements went before. */
async function alterPatiently(
  session: Session,
  sql: string,
  { settings, done }: { readonly settings: Settings; readonly done: number },
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await session.execute(sql);
      return;
    } catch (error) {
      if (!(error instanceof ServerError) || !error.isLockFailure) throw error;
    }
    if (settings.signal.aborted) throw interrupted('preparing');
    if (attempt >= settings.cutoverAttempts) {
      throw new TideoverError('cutover-failed', `no metadata lock for "${sql}" in ${attempt} attempts`, {
        hint:
          done === 0
            ? 'Nothing is changed. End the sessions that hold the table, then run again.'
            : `${done} statements before this one are done. End the sessions that hold the table, then "tideover abort", and run again with the other statements.`,
      });
    }
    await pause(retryAfterMs, settings.signal);
  }
}
