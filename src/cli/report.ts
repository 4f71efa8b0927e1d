import type { TideoverError } from '../errors.js';
import type { Outcome, Report } from '../index.js';
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
    ['duration', formatDuration(report.durationMs)],
    ['old tables', oldTables(report)],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const lines = facts.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  return [`Run ${report.runId} is done: the new tables of ${report.database} are live.`, ...lines, ''].join('\n');
}

function oldTables(report: Report): string {
  return report.retiredSchema === null
    ? 'none are kept'
    : `kept in ${report.retiredSchema}; drop them with: tideover cleanup`;
}

const outcomes: Readonly<Record<Outcome, string>> = {
  untouched: 'The source is untouched; the service never noticed.',
  resumable: 'The source is untouched; the run can be continued.',
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
