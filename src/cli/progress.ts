import type { Blocker, Migration, MigrationEvents, Plan, Progress, Rehearsed } from '../index.js';
import { describeSource } from '../plan/source.js';
import { formatCount, formatDuration } from './format.js';
import { printEvent, type Output } from './output.js';

/** Prints what a migration tells while it runs, but for its report. Returns what ends the printing. */
export function follow(migration: Migration, output: Output): () => void {
  return output.json ? followAsJson(migration, output) : followAsText(migration, output);
}

/** The plan without the structures of its tables, which would fill pages. */
export function planFields(plan: Plan): Record<string, unknown> {
  return {
    database: plan.database,
    tables: plan.tables.map(({ table }) => table),
    source: describeSource(plan.origin.change.source),
    statements: plan.statements.map(({ sql }) => sql),
    moves: plan.moves,
    dataSteps: plan.origin.dataSteps,
    instantTables: plan.instantTables,
    warnings: plan.warnings,
    hash: plan.hash,
  };
}

const passedOn = [
  'run:started',
  'phase:entered',
  'progress:made',
  'hook:ran',
  'verify:differed',
  'hold:forecast',
  'hold:stepped',
  'cutover:rehearsed',
  'cutover:attempted',
  'cutover:failed',
  'cutover:postponed',
] as const satisfies readonly (keyof MigrationEvents)[];

function followAsJson(migration: Migration, output: Output): () => void {
  migration.on('plan:made', (plan) => printEvent(output, 'plan:made', planFields(plan)));
  for (const event of passedOn) migration.on(event, (fields: object) => printEvent(output, event, fields));
  return () => undefined;
}

function followAsText(migration: Migration, output: Output): () => void {
  const line = new StatusLine(output);
  migration.on('plan:made', (plan) => {
    for (const warning of plan.warnings) line.print(`warning: ${warning}`);
  });
  migration.on('run:started', ({ runId, resumed }) => line.print(`Run ${runId} ${resumed ? 'continues' : 'starts'}.`));
  migration.on('phase:entered', ({ phase }) => line.print(`${phase} …`));
  migration.on('progress:made', (progress) => line.show(progressText(progress)));
  migration.on('hook:ran', ({ event, durationMs }) => {
    line.print(`${event} hooks ran in ${formatDuration(durationMs)}.`);
  });
  migration.on('verify:differed', ({ table, keys }) =>
    line.print(
      `${table}: rows that differ: ${keys.slice(0, 10).join(', ')}${keys.length > 10 ? ` and ${keys.length - 10} more` : ''}`,
    ),
  );
  migration.on('hold:forecast', ({ holdMs, clientTimeoutMs }) =>
    line.print(
      `Requests will be held for about ${formatDuration(holdMs)}; clients wait ${formatDuration(clientTimeoutMs)}.`,
    ),
  );
  migration.on('hold:stepped', ({ buffer, step, remainingMs, trouble }) =>
    line.print(`${buffer}: ${step}, ${formatDuration(remainingMs)} left${trouble === null ? '' : `; ${trouble}`}`),
  );
  migration.on('cutover:rehearsed', (rehearsed) => line.print(rehearsalText(rehearsed)));
  migration.on('cutover:failed', (failure) => line.print(cutoverFailureText(failure)));
  migration.on('cutover:postponed', () => line.print('Ready. The cutover waits for: tideover cutover'));
  return () => line.clear();
}

/** `copying 412,000 of 1,000,000 rows (41 %), …` */
export function progressText(progress: Progress): string {
  const { phase, rowsCopied, rowsEstimated, rowsVerified } = progress;
  const parts: string[] = [];
  if (phase === 'copying') {
    const share = rowsEstimated === 0 ? 100 : Math.min(100, Math.floor((100 * rowsCopied) / rowsEstimated));
    parts.push(`${formatCount(rowsCopied)} of about ${formatCount(rowsEstimated)} rows (${share} %)`);
  }
  if (phase === 'verifying') parts.push(`${formatCount(rowsVerified)} rows compared`);
  parts.push(`backlog ${formatCount(progress.backlog)}`, `${formatCount(progress.changesApplied)} changes applied`);
  if (progress.etaS !== null) parts.push(`ETA ${formatDuration(progress.etaS * 1_000)}`);
  if (progress.throttled !== null) parts.push(`throttled: ${progress.throttled}`);
  return `${phase}: ${parts.join(', ')}`;
}

function rehearsalText({ rehearsal, lockMs, hold, failure }: Rehearsed): string {
  if (failure !== null) return `rehearsal ${rehearsal} failed: ${failure}`;
  const held = hold === null ? '' : `, held ${hold.holdMs} ms`;
  return `rehearsal ${rehearsal}: locked ${Math.round(lockMs ?? 0)} ms${held}`;
}

export function cutoverFailureText({
  attempt,
  reason,
  blockers,
  retryInMs,
}: MigrationEvents['cutover:failed']): string {
  const next = retryInMs === null ? 'no further attempt' : `next attempt in ${formatDuration(retryInMs)}`;
  return [`cutover attempt ${attempt} failed: ${reason}; ${next}`, ...blockers.map(blockerText)].join('\n');
}

function blockerText(blocker: Blocker): string {
  const { id, user, host, command, seconds, statement } = blocker;
  return `  blocker: session ${id} of ${user}@${host}, ${command} for ${seconds} s: ${statement.replaceAll(/\s+/g, ' ').slice(0, 120)}`;
}

/** One line at the bottom of the terminal that is overwritten, with lasting lines above it. */
class StatusLine {
  readonly #output: Output;
  #shown = '';

  constructor(output: Output) {
    this.#output = output;
  }

  show(text: string): void {
    const columns = this.#output.columns();
    if (columns === null) return;
    this.#shown = text.slice(0, columns - 1);
    this.#output.stdout(`\r${this.#shown}\x1b[K`);
  }

  print(text: string): void {
    this.clear();
    this.#output.stdout(`${text}\n`);
  }

  clear(): void {
    if (this.#shown !== '') this.#output.stdout('\r\x1b[K');
    this.#shown = '';
  }
}
