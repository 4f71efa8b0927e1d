import type { Command } from 'commander';
import { createOperator } from '../../index.js';
import { connectionOf } from '../flags.js';
import { printEvent, type Output } from '../output.js';

/** Lets a postponed run cut over. The engine does it and reports it; this returns when it was told. */
export async function cutoverCommand(command: Command, output: Output): Promise<number> {
  const connection = await connectionOf(command);
  const operator = createOperator(connection);
  try {
    await operator.cutover();
    if (output.json) printEvent(output, 'cutover:requested', { database: connection.database });
    else output.stdout('The engine was told to cut over; it prints the result. See also: tideover status\n');
    return 0;
  } finally {
    await operator.close();
  }
}
