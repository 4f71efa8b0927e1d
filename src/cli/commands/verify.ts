import type { Command } from 'commander';
import {
  changeOfRun,
  createMigration,
  createOperator,
  TideoverError,
  type ConnectionSettings,
  type RunRecord,
} from '../../index.js';
import { reportFailure } from '../failure.js';
import { connectionOf } from '../flags.js';
import { formatCount } from '../format.js';
import { listenForSignals } from '../interrupt.js';
import { boundMemory } from '../memory.js';
import { printEvent, type Output } from '../output.js';
import { follow } from '../progress.js';

/** Compares every row again: in the running engine, else in this process, up to where the run is ready for its cutover. */
export async function verifyCommand(command: Command, output: Output): Promise<number> {
  const connection = await connectionOf(command);
  const operator = createOperator(connection);
  try {
    if (await operator.verify()) {
      if (output.json) printEvent(output, 'verify:requested', { database: connection.database });
      else
        output.stdout('The running engine compares every row again; if rows differ for good, it stops and says so.\n');
      return 0;
    }
    const run = (await operator.status()).find(({ phase }) => phase !== 'done' && phase !== 'aborted');
    if (!run) {
      throw new TideoverError('usage-error', `${connection.database} has no unfinished run`, {
        hint: '`tideover status` lists its runs.',
      });
    }
    return await verifyHere(connection, run, output);
  } finally {
    await operator.close();
  }
}

async function verifyHere(connection: ConnectionSettings, run: RunRecord, output: Output): Promise<number> {
  boundMemory();
  const interrupt = listenForSignals((signal) => output.stderr(`\n${signal}: stopping cleanly.\n`));
  const migration = createMigration({ connection, ...changeOfRun(run), signal: interrupt.signal });
  const endProgress = follow(migration, output);
  try {
    const { rowsVerified, rowsRepaired } = await migration.verify();
    endProgress();
    if (output.json) printEvent(output, 'verify:finished', { runId: run.id, rowsVerified, rowsRepaired });
    else output.stdout(`${formatCount(rowsVerified)} rows are equal, ${formatCount(rowsRepaired)} were repaired.\n`);
    return 0;
  } catch (error) {
    endProgress();
    return reportFailure(output, error, interrupt.exitCode());
  } finally {
    interrupt.dispose();
  }
}
