import type { Command } from 'commander';
import { catalogue, createMigration } from '../../index.js';
import { formatPlan } from '../../plan/print-plan.js';
import { migrationOptionsOf } from '../flags.js';
import { printEvent, type Output } from '../output.js';
import { planFields } from '../progress.js';

/** Prints what `run` would do. Exits with 3 when preflight refuses it. */
export async function planCommand(command: Command, output: Output): Promise<number> {
  const { plan, refusals } = await createMigration(await migrationOptionsOf(command)).plan();
  if (output.json) printEvent(output, 'plan:made', { ...planFields(plan), refusals });
  else output.stdout(formatPlan(plan, refusals));
  return refusals.length === 0 ? 0 : catalogue['preflight-refused'].exitCode;
}
