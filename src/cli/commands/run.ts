import type { Command } from 'commander';
import { createMigration } from '../../index.js';
import { reportFailure } from '../failure.js';
import { migrationOptionsOf, type Flags } from '../flags.js';
import { listenForSignals } from '../interrupt.js';
import { boundMemory } from '../memory.js';
import { printEvent, type Output } from '../output.js';
import { follow } from '../progress.js';
import { formatRehearsals, formatReport } from '../report.js';

/** Runs or continues the migration. */
export async function runCommand(command: Command, output: Output): Promise<number> {
  boundMemory();
  const options = await migrationOptionsOf(command);
  const interrupt = listenForSignals((signal) =>
    output.stderr(`\n${signal}: stopping cleanly; the run can be continued. Once more ends at once.\n`),
  );
  const migration = createMigration({ ...options, signal: interrupt.signal });
  const endProgress = follow(migration, output);
  try {
    const { rehearse } = command.opts<Flags>();
    if (rehearse !== undefined) {
      const rehearsals = await migration.rehearse(rehearse);
      endProgress();
      if (!output.json) output.stdout(formatRehearsals(rehearsals));
      return 0;
    }
    const report = await migration.run();
    endProgress();
    if (output.json) printEvent(output, 'run:finished', report);
    else output.stdout(formatReport(report));
    return 0;
  } catch (error) {
    endProgress();
    return reportFailure(output, error, interrupt.exitCode());
  } finally {
    interrupt.dispose();
  }
}
