import type { Command } from 'commander';
import { createOperator } from '../../index.js';
import { connectionOf } from '../flags.js';
import { printEvent, type Output } from '../output.js';

/** Has the unfinished run neither copy nor apply until `resume`, whichever engine works on it. */
export async function pauseCommand(command: Command, output: Output): Promise<number> {
  const operator = createOperator(await connectionOf(command));
  try {
    const run = await operator.pause();
    const { by, since } = run.paused ?? { by: '', since: '' };
    if (output.json) printEvent(output, 'pause:requested', { runId: run.id, by, since });
    else
      output.stdout(
        `Run ${run.id} is paused by ${by} since ${since} UTC. "tideover status" says how long it may stay so; it goes on with: tideover resume\n`,
      );
    return 0;
  } finally {
    await operator.close();
  }
}
