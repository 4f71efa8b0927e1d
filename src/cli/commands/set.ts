import type { Command } from 'commander';
import { checkedLive, createOperator, TideoverError } from '../../index.js';
import { connectionOf, liveValuesOf } from '../flags.js';
import { printEvent, type Output } from '../output.js';
import { setText } from '../progress.js';

/** Sets options of the unfinished run while it is under way; they hold until it ends, over restarts of its engine. */
export async function setCommand(command: Command, output: Output): Promise<number> {
  const values = checkedLive(liveValuesOf(command));
  if (Object.keys(values).length === 0)
    throw new TideoverError('usage-error', 'nothing was given to be set', {
      hint: 'Give options with their values; `tideover set --help` lists them.',
    });
  const operator = createOperator(await connectionOf(command));
  try {
    const { id, set } = await operator.set(values);
    if (output.json) printEvent(output, 'set:requested', { runId: id, set });
    else output.stdout(`Run ${id} from now on: ${setText(set?.values ?? values)}\n`);
    return 0;
  } finally {
    await operator.close();
  }
}
