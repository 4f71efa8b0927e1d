import type { Command } from 'commander';
import { createOperator } from '../../index.js';
import { connectionOf } from '../flags.js';
import { printEvent, type Output } from '../output.js';

/** Goes back to the old tables. The engine that keeps the window does it and reports it; this returns when they are live. */
export async function rollbackCommand(command: Command, output: Output): Promise<number> {
  const operator = createOperator(await connectionOf(command));
  try {
    const run = await operator.rollback();
    if (output.json) printEvent(output, 'run:rolled-back', run);
    else
      output.stdout(
        `Run ${run.id} of ${run.database} is rolled back: the old tables are live, with everything that was written. Drop the new ones with: tideover cleanup\n`,
      );
    return 0;
  } finally {
    await operator.close();
  }
}
