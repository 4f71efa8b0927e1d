import type { PlanForecast } from '../index.js';
import { formatBytes, formatCount, formatDuration } from './format.js';

/** What `plan` says of the time to come. */
export function formatForecast({ rows, diskNeededBytes, durationS, loggedBytesPerS, logKeptS }: PlanForecast): string {
  const { low, high } = durationS;
  const kept = logKeptS === null ? 'as long as the binlog finds room' : formatDuration(logKeptS * 1_000);
  const facts = [
    ['rows', `about ${formatCount(rows)}`],
    ['disk needed', `about ${formatBytes(diskNeededBytes)}, for the copy and its binlog`],
    [
      'copy, compare',
      `${formatDuration(low * 1_000)} to ${formatDuration(high * 1_000)}, where the service leaves the server to it`,
    ],
    ['binlog grows', `by ${formatBytes(loggedBytesPerS * 3_600)} an hour, on the mean since the server's start`],
    ['may be stopped', `or paused for ${kept}: so long the server keeps its binlog`],
  ];
  return ['Forecast', ...facts.map(([name, text]) => `  ${name!.padEnd(16)} ${text}`), ''].join('\n');
}
