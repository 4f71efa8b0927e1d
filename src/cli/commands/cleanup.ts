import type { Command } from 'commander';
import { createOperator } from '../../index.js';
import { connectionOf } from '../flags.js';
import { printEvent, type Output } from '../output.js';

/** Drops the retired tables and whatever else ended runs have left. */
export async function cleanupCommand(command: Command, output: Output): Promise<number> {
  const operator = createOperator(await connectionOf(command));
  try {
    const dropped = await operator.cleanup();
    if (output.json) printEvent(output, 'cleanup:finished', { dropped });
    else output.stdout(dropped.length === 0 ? 'Nothing was left to drop.\n' : `Dropped ${dropped.join(' and ')}.\n`);
    return 0;
  } finally {
    await operator.close();
  }
}
