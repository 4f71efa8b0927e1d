import type { Command } from 'commander';
import { createOperator } from '../../index.js';
import { connectionOf, type Flags } from '../flags.js';
import { printEvent, type Output } from '../output.js';

/** Lets a postponed run cut over. The engine does it and reports it; this returns when it was told. */
export async function cutoverCommand(command: Command, output: Output): Promise<number> {
  const connection = await connectionOf(command);
  const operator = createOperator(connection);
  try {
    const { notBefore, notAfter } = command.opts<Flags>();
    await operator.cutover({
      ...(notBefore === undefined ? {} : { notBefore }),
      ...(notAfter === undefined ? {} : { notAfter }),
    });
    if (output.json) {
      const { database } = connection;
      printEvent(output, 'cutover:requested', { database, notBefore: notBefore ?? null, notAfter: notAfter ?? null });
    } else {
      const times = [
        ...(notBefore === undefined ? [] : [`not before ${notBefore.toISOString()}`]),
        ...(notAfter === undefined ? [] : [`not after ${notAfter.toISOString()}`]),
      ];
      const when = times.length === 0 ? '' : `, ${times.join(' and ')}`;
      output.stdout(`The engine was told to cut over${when}; it prints the result. See also: tideover status\n`);
    }
    return 0;
  } finally {
    await operator.close();
  }
}
