import type { Command } from 'commander';
import { createOperator } from '../../index.js';
import { connectionOf } from '../flags.js';
import { printEvent, type Output } from '../output.js';

/** Ends the pause of the unfinished run. */
export async function resumeCommand(command: Command, output: Output): Promise<number> {
  const operator = createOperator(await connectionOf(command));
  try {
    const { id, paused } = await operator.resume();
    if (output.json) printEvent(output, 'resume:requested', { runId: id, paused });
    else
      output.stdout(
        paused === null
          ? `Run ${id} was not paused.\n`
          : `Run ${id} goes on; ${paused.by} had paused it at ${paused.since} UTC.\n`,
      );
    return 0;
  } finally {
    await operator.close();
  }
}
