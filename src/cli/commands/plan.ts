import type { Command } from 'commander';
import { catalogue, createMigration } from '../../index.js';
import { formatPlan } from '../../plan/print-plan.js';
import { reportFailure } from '../failure.js';
import { formatForecast } from '../forecast.js';
import { migrationOptionsOf } from '../flags.js';
import { listenForSignals } from '../interrupt.js';
import { printEvent, type Output } from '../output.js';
import { planFields } from '../progress.js';

/** Prints what `run` would do. Exits with 3 when preflight refuses it. */
export async function planCommand(command: Command, output: Output): Promise<number> {
  const options = await migrationOptionsOf(command);
  const interrupt = listenForSignals((signal) => output.stderr(`\n${signal}: stopping cleanly.\n`));
  try {
    const { plan, refusals, connections, forecast } = await createMigration({
      ...options,
      signal: interrupt.signal,
    }).plan();
    if (output.json) printEvent(output, 'plan:made', { ...planFields(plan), connections, refusals, forecast });
    else output.stdout(`${formatPlan(plan, { refusals, connections })}\n${formatForecast(forecast)}`);
    return refusals.length === 0 ? 0 : catalogue['preflight-refused'].exitCode;
  } catch (error) {
    return reportFailure(output, error, interrupt.exitCode());
  } finally {
    interrupt.dispose();
  }
}
