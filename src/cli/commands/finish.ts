import type { Command } from 'commander';
import { createOperator } from '../../index.js';
import { connectionOf } from '../flags.js';
import { printEvent, type Output } from '../output.js';

/** Ends a rollback window: the new tables stay, and there is no way back any more. */
export async function finishCommand(command: Command, output: Output): Promise<number> {
  const operator = createOperator(await connectionOf(command));
  try {
    const run = await operator.finish();
    if (output.json) printEvent(output, 'run:window-ended', run);
    else
      output.stdout(
        run.phase === 'rolled-back'
          ? `Run ${run.id} of ${run.database} was rolled back meanwhile: the old tables are live.\n`
          : `The rollback window of run ${run.id} of ${run.database} is over; the old tables are dropped.\n`,
      );
    return 0;
  } finally {
    await operator.close();
  }
}
