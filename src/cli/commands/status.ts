import type { Command } from 'commander';
import { createOperator, type RunRecord } from '../../index.js';
import { connectionOf } from '../flags.js';
import { formatDuration, formatTable } from '../format.js';
import { printEvent, type Output } from '../output.js';
import { storedProgressText } from '../stored-progress.js';

/** Prints the runs of the database, newest first. */
export async function statusCommand(command: Command, output: Output): Promise<number> {
  const connection = await connectionOf(command);
  const operator = createOperator(connection);
  try {
    const runs = await operator.status();
    const nowMs = Date.now();
    if (output.json) {
      for (const run of runs) printEvent(output, 'run:listed', { ...run, heartbeatAgeS: heartbeatAgeS(run, nowMs) });
    } else if (runs.length === 0) {
      output.stdout(`No runs of ${connection.database}.\n`);
    } else {
      output.stdout(formatStatus(runs, nowMs));
    }
    return 0;
  } finally {
    await operator.close();
  }
}

/** The table of `status`; below it the last error of the newest run. */
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
  const lastError = runs[0]?.lastError;
  return (
    formatTable([header, ...rows]) + (lastError == null ? '' : `\nlast error of run ${runs[0]?.id}: ${lastError}\n`)
  );
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
