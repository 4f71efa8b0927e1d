import type { Command } from 'commander';
import { createOperator } from '../../index.js';
import { connectionOf } from '../flags.js';
import { printEvent, type Output } from '../output.js';

/** Ends the unfinished run for good. */
export async function abortCommand(command: Command, output: Output): Promise<number> {
  const operator = createOperator(await connectionOf(command));
  try {
    const run = await operator.abort();
    if (output.json) printEvent(output, 'run:aborted', run);
    else
      output.stdout(`Run ${run.id} of ${run.database} is aborted. The source is as it was; the shadow is dropped.\n`);
    return 0;
  } finally {
    await operator.close();
  }
}
