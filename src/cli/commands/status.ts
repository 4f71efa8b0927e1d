import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { createOperator, type RunRecord, type WindowProgress } from '../../index.js';
import { connectionOf, type Flags } from '../flags.js';
import { formatDuration, formatTable } from '../format.js';
import { printEvent, type Output } from '../output.js';
import { expectations, mayStayPaused, setText, windowTexts } from '../progress.js';
import { storedOutlook, storedProgressText } from '../stored-progress.js';

const watchEveryMs = 2_000;
/** Cursor to the top left, and nothing below it. */
const clearScreen = '\x1b[H\x1b[J';

/** Prints the runs of the database, newest first, and what is to be expected of the unfinished one; with --watch again and again until there is none. */
export async function statusCommand(command: Command, output: Output): Promise<number> {
  const connection = await connectionOf(command);
  const { watch } = command.opts<Flags>();
  const operator = createOperator(connection);
  try {
    for (;;) {
      const runs = await operator.status();
      if (watch === true && output.columns() !== null) output.stdout(clearScreen);
      print(output, connection.database, runs);
      if (watch !== true || runs[0] === undefined || runs[0].finishedAt !== null) return 0;
      await delay(watchEveryMs);
    }
  } finally {
    await operator.close();
  }
}

function print(output: Output, database: string, runs: readonly RunRecord[]): void {
  const nowMs = Date.now();
  if (output.json) {
    for (const run of runs) printEvent(output, 'run:listed', { ...run, heartbeatAgeS: heartbeatAgeS(run, nowMs) });
  } else if (runs.length === 0) {
    output.stdout(`No runs of ${database}.\n`);
  } else {
    output.stdout(formatStatus(runs, nowMs));
  }
}

/** The table of `status`; below it what is to be known of the newest run, and its last error. */
export function formatStatus(runs: readonly RunRecord[], nowMs: number): string {
  const header = ['run', 'phase', 'tables', 'progress', 'started (UTC)', 'heartbeat', 'engine'];
  const rows = runs.map((run) => [
    String(run.id),
    run.phase,
    run.tables.join(', '),
    storedProgressText(run.report ?? run.progress),
    run.startedAt,
    heartbeatText(run, nowMs),
    run.engine,
  ]);
  const [newest] = runs;
  const notes =
    newest === undefined || newest.finishedAt !== null ? [] : notesOn(newest, heartbeatAgeS(newest, nowMs), nowMs);
  const lastError = newest?.lastError ?? null;
  return [
    formatTable([header, ...rows]),
    ...(notes.length === 0 ? [] : ['\n', ...notes.map((note) => `${note}\n`)]),
    ...(lastError === null ? [] : [`\nlast error of run ${newest?.id}: ${lastError}\n`]),
  ].join('');
}

/** An engine that was not heard of for so long is not there any more, and what it foresaw does not hold. */
const silentS = 15;

/** What an operator wants to know of an unfinished run. */
function notesOn(run: RunRecord, ageS: number | null, nowMs: number): string[] {
  const { paused, set, cutover } = run;
  const { throttled, forecast, etaS, window } = storedOutlook(run.progress);
  const lives = ageS !== null && ageS < silentS;
  const keptS = forecast?.logKeptS == null ? null : Math.max(0, forecast.logKeptS - (lives ? 0 : (ageS ?? 0)));
  const kept = keptS === null ? null : formatDuration(keptS * 1_000);
  return [
    ...(paused === null
      ? []
      : [
          `paused by ${paused.by} since ${paused.since} UTC, ${mayStayPaused(forecast && { ...forecast, logKeptS: keptS })}`,
        ]),
    ...(lives || kept === null ? [] : [`no engine works on it; the binlog that it needs is kept for ${kept}`]),
    ...(lives && throttled !== null ? [`throttled: ${throttled}`] : []),
    ...(window === null ? [] : windowNotes(window, nowMs, lives)),
    ...(lives && window === null ? expectations({ etaS, paused: null, forecast }) : []),
    ...(lives && forecast?.warning != null ? [`warning: ${forecast.warning}`] : []),
    ...(set === null ? [] : [`set by ${set.by}: ${setText(set.values)}`]),
    ...(cutover === null ? [] : [wordText(cutover)]),
  ];
}

/** How long there is a way back, and how good it is. What an engine that is not there any more said of it is old. */
function windowNotes(window: WindowProgress, nowMs: number, lives: boolean): string[] {
  const leftMs = Date.parse(`${window.until.replace(' ', 'T')}Z`) - nowMs;
  const left = leftMs > 0 ? `${formatDuration(leftMs)} left` : 'its time is over';
  if (!lives)
    return [
      `rollback window until ${window.until} UTC, ${left}; the old tables do not follow until \`tideover run\` goes on`,
    ];
  return [`rollback window: ${left}, ${windowTexts(window).join(', ')}`];
}

function wordText({ by, notBefore, notAfter }: NonNullable<RunRecord['cutover']>): string {
  const times = [
    ...(notBefore === null ? [] : [`not before ${notBefore} UTC`]),
    ...(notAfter === null ? [] : [`not after ${notAfter} UTC`]),
  ];
  return `cutover: told by ${by}${times.length === 0 ? '' : `, ${times.join(', ')}`}`;
}

function heartbeatText(run: RunRecord, nowMs: number): string {
  const age = heartbeatAgeS(run, nowMs);
  return run.finishedAt !== null ? 'ended' : age === null ? '-' : `${formatDuration(age * 1_000)} ago`;
}

/** Seconds by this host's clock; the journal's times are the server's, so clocks that differ show here. */
function heartbeatAgeS(run: RunRecord, nowMs: number): number | null {
  if (run.heartbeatAt === null) return null;
  return Math.max(0, Math.round((nowMs - Date.parse(`${run.heartbeatAt.replace(' ', 'T')}Z`)) / 1_000));
}
