import {
  numberOptions,
  textOptions,
  type Blocker,
  type Forecast,
  type Migration,
  type MigrationEvents,
  type Plan,
  type Progress,
  type Rehearsed,
  type WindowProgress,
} from '../index.js';
import { describeSource } from '../plan/source.js';
import { formatCount, formatDuration } from './format.js';
import { printEvent, type Output } from './output.js';
import { formatReport } from './report.js';

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
  'run:paused',
  'run:resumed',
  'run:set',
  'throttle:changed',
  'forecast:warned',
  'window:opened',
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
  migration.on('cutover:postponed', ({ notBefore }) =>
    line.print(`Ready. The cutover waits ${notBefore === null ? 'for: tideover cutover' : `until ${notBefore} UTC`}`),
  );
  migration.on('run:paused', ({ by, since }) =>
    line.print(`Paused by ${by} since ${since} UTC; it goes on with: tideover resume`),
  );
  migration.on('run:resumed', () => line.print('Resumed.'));
  migration.on('run:set', ({ by, values }) => line.print(`Set by ${by}: ${setText(values)}`));
  migration.on('throttle:changed', ({ reason }) =>
    line.print(reason === null ? 'Not throttled any more.' : `Throttled: ${reason}`),
  );
  migration.on('forecast:warned', ({ warning }) => line.print(`warning: ${warning}`));
  migration.on('window:opened', ({ report, until }) => {
    line.print(formatReport(report).trimEnd());
    line.print(
      `The old tables follow until ${until} UTC. Go back with: tideover rollback. End the window with: tideover finish`,
    );
  });
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
  if (progress.window === null) parts.push(...expectations(progress));
  else parts.push(...windowTexts(progress.window));
  if (progress.throttled !== null) parts.push(`throttled: ${progress.throttled}`);
  return `${phase}: ${parts.join(', ')}`;
}

/** Of an open rollback window: `until 2026-01-31 02:00:00 UTC, 0 s behind, every row compared at 2026-01-30 02:10:00 UTC`. */
export function windowTexts({ until, lagS, verifiedAt }: WindowProgress): string[] {
  return [
    `old tables follow until ${until} UTC`,
    `${formatDuration(lagS * 1_000)} behind`,
    verifiedAt === null ? 'every row is being compared' : `every row compared at ${verifiedAt} UTC`,
  ];
}

/** What is to come, shortly: `ETA 1 min 15 s (58 s to 1 min 50 s)`, `may stay paused 3 h 12 min`. */
export function expectations({ etaS, paused, forecast }: Pick<Progress, 'etaS' | 'paused' | 'forecast'>): string[] {
  const range = forecast?.etaS ?? null;
  const spread =
    range === null ? '' : ` (${formatDuration(range.low * 1_000)} to ${formatDuration(range.high * 1_000)})`;
  const eta = etaS ?? range?.high ?? null;
  return [
    ...(eta === null || paused !== null ? [] : [`ETA ${formatDuration(eta * 1_000)}${spread}`]),
    ...(forecast === null || forecast.changesPerS === 0 ? [] : [ratesText(forecast)]),
    ...(paused === null ? [] : [`paused by ${paused.by} since ${paused.since} UTC`, mayStayPaused(forecast)]),
  ];
}

function ratesText({ changesPerS, appliesPerS }: Forecast): string {
  const most = appliesPerS === null ? '' : ` of ${formatCount(appliesPerS)}/s that can be applied`;
  return `${formatCount(changesPerS)} changes/s${most}`;
}

/** `may stay paused 3 h 12 min`: so long the server keeps the binlog that the run needs. */
export function mayStayPaused(forecast: Forecast | null): string {
  if (forecast === null) return 'how long it may stay so is being looked up';
  return forecast.logKeptS === null
    ? 'may stay paused as long as the binlog finds room'
    : `may stay paused ${formatDuration(forecast.logKeptS * 1_000)}`;
}

/** `chunk-time=200, max-load=Threads_running=50`, as the flags are called. */
export function setText(values: Readonly<Record<string, unknown>>): string {
  const flags: Readonly<Record<string, { readonly flag: string }>> = { ...numberOptions, ...textOptions };
  return Object.entries(values)
    .map(([name, value]) => `${flags[name]?.flag ?? name}=${String(value)}`)
    .join(', ');
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
