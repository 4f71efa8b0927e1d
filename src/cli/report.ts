import type { TideoverError } from '../errors.js';
import type { HoldReport, Outcome, Rehearsed, Report } from '../index.js';
import { formatCount, formatDuration } from './format.js';

/** What a finished run prints at a terminal. */
export function formatReport(report: Report): string {
  const { cutover } = report;
  const stall = cutover === null ? 'none' : `${Math.round(cutover.writeStallMs)} ms, in attempt ${cutover.attempts}`;
  const facts: [string, string][] = [
    ['tables', report.tables.join(', ')],
    ['method', report.method === 'instant' ? 'metadata only, by the server' : 'copied'],
    ['rows copied', formatCount(report.rowsCopied)],
    ['changes applied', formatCount(report.changesApplied)],
    ['rows verified equal', formatCount(report.rowsVerified)],
    ['rows repaired', formatCount(report.rowsRepaired)],
    ['write stall', stall],
    ['lost writes', report.lostWrites === null ? 'unknown: the binlog is gone' : formatCount(report.lostWrites)],
    ...holdLines(report),
    ...windowLines(report),
    ['duration', formatDuration(report.durationMs)],
    ['old tables', oldTables(report)],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const lines = facts.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  return [headline(report), ...lines, ''].join('\n');
}

function headline({ runId, database, window }: Report): string {
  switch (window?.end) {
    case 'rolled-back':
      return `Run ${runId} is rolled back: the old tables of ${database} are live again.`;
    case 'expired':
      return `Run ${runId} is done: the time of its rollback window is over, and the old tables do not follow any more.`;
    case 'finished':
    case undefined:
      return `Run ${runId} is done: the new tables of ${database} are live.`;
  }
}

function windowLines({ window }: Report): [string, string][] {
  if (window === null) return [];
  const { cutover, lostWrites } = window;
  return [
    [
      'followed back',
      `${formatCount(window.changesApplied)} changes, ${formatCount(window.rowsVerified)} rows compared`,
    ],
    ...(cutover === null
      ? []
      : ([['stall of the way back', `${Math.round(cutover.writeStallMs)} ms`]] as [string, string][])),
    ...(window.end === 'rolled-back'
      ? ([['lost on the way back', lostWrites === null ? 'unknown' : formatCount(lostWrites)]] as [string, string][])
      : []),
  ];
}

function holdLines({ hold }: Report): [string, string][] {
  if (hold === null) return [];
  return [
    ['requests held', `for ${hold.holdMs} ms`],
    ...hold.buffers.map(({ buffer, report, trouble }): [string, string] => [
      `  ${buffer}`,
      report === null ? `ended by itself: ${trouble ?? ''}` : heldText(report),
    ]),
  ];
}

function heldText({ held, answered, rejected, abandoned, longestMs, displacement }: HoldReport): string {
  const parts = [
    [held, 'held'],
    [answered, 'answered'],
    [rejected, 'turned away'],
    [abandoned, 'left by their clients'],
  ] as const;
  const counted = parts.flatMap(([count, what]) => (count === null ? [] : [`${formatCount(count)} ${what}`]));
  if (longestMs !== null) counted.push(`the longest for ${Math.round(longestMs)} ms`);
  if (displacement !== null)
    counted.push(displacement === 0 ? 'in received order' : `at most ${displacement} places out of order`);
  return counted.length === 0 ? 'it does not count' : counted.join(', ');
}

/** How long rehearsals took: `lock p50 31 ms, p99 54 ms`. */
export function formatRehearsals(rehearsals: readonly Rehearsed[]): string {
  const failed = rehearsals.filter(({ failure }) => failure !== null).length;
  const lock = rehearsals.flatMap(({ lockMs }) => (lockMs === null ? [] : [lockMs]));
  const hold = rehearsals.flatMap((rehearsed) => (rehearsed.hold === null ? [] : [rehearsed.hold.holdMs]));
  const lines = [
    `${rehearsals.length} rehearsals, ${failed} failed; the source is serving and nothing was switched.`,
    ...(lock.length === 0 ? [] : [`  lock  ${percentilesOf(lock)}`]),
    ...(hold.length === 0 ? [] : [`  hold  ${percentilesOf(hold)}`]),
    'Run the same command without --rehearse to cut over.',
    '',
  ];
  return lines.join('\n');
}

function percentilesOf(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.ceil(share * sorted.length) - 1]!);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`;
}

function oldTables(report: Report): string {
  if (report.retiredSchema === null) return 'none are kept';
  return report.window?.end === 'rolled-back'
    ? `live; the new ones are in ${report.retiredSchema}; drop them with: tideover cleanup`
    : `kept in ${report.retiredSchema}; drop them with: tideover cleanup`;
}

const outcomes: Readonly<Record<Outcome, string>> = {
  untouched: 'The source is untouched; the service never noticed.',
  resumable: 'The source is untouched; the run can be continued.',
  altered: 'The migration’s own command worked on other schemas than the copy; Tideover has changed nothing.',
  swapped: 'The new tables are live.',
  unknown: 'It is not known yet whether the new tables are live.',
};

/** A failure as people read it: the fact, the state of the world, what to do. */
export function formatError(error: TideoverError): string {
  const lines = [`error: ${error.message} [${error.code}]`, outcomes[error.outcome]];
  if (error.hint !== undefined) lines.push(`hint: ${error.hint}`);
  if (error.code === 'internal-error' && error.cause instanceof Error) lines.push(error.cause.stack ?? '');
  return `${lines.join('\n')}\n`;
}

/** The fields of the JSON line of a failure; `exitCode` is the process's. */
export function errorFields(error: TideoverError, exitCode: number): Record<string, unknown> {
  const { code, outcome, message, hint, facts } = error;
  return { code, outcome, message, hint: hint ?? null, exitCode, facts };
}
