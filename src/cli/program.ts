import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { abortCommand } from './commands/abort.js';
import { bufferCommand } from './commands/buffer.js';
import { cleanupCommand } from './commands/cleanup.js';
import { cutoverCommand } from './commands/cutover.js';
import { finishCommand } from './commands/finish.js';
import { pauseCommand } from './commands/pause.js';
import { planCommand } from './commands/plan.js';
import { resumeCommand } from './commands/resume.js';
import { rollbackCommand } from './commands/rollback.js';
import { runCommand } from './commands/run.js';
import { setCommand } from './commands/set.js';
import { statusCommand } from './commands/status.js';
import { verifyCommand } from './commands/verify.js';
import { catalogue } from '../errors.js';
import { reportFailure } from './failure.js';
import {
  addBufferFlags,
  addChangeFlags,
  addConnectionFlags,
  addLiveFlags,
  addRunFlags,
  addWindowFlags,
  type Flags,
} from './flags.js';
import { processOutput, type Output } from './output.js';

type Action = (command: Command, output: Output) => Promise<number>;

/** Parses the command line (as `process.argv`), does what it says, and answers with the exit code. Never throws. */
export async function runCli(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  /** `automatic`: see processOutput. */
  const does = (action: Action, options: { automatic: boolean }) => async (_flags: unknown, command: Command) => {
    const output = processOutput({ json: command.opts<Flags>().json === true, automatic: options.automatic });
    try {
      exitCode = await action(command, output);
    } catch (error) {
      exitCode = reportFailure(output, error, null);
    }
  };
  const program = new Command('tideover')
    .description('Changes the schema of live MariaDB tables: copy, tail, verify, one atomic cutover.')
    .version(ownVersion())
    .exitOverride()
    .showHelpAfterError('(see tideover help)');
  const verb = (name: string, description: string): Command =>
    addConnectionFlags(program.command(name).description(description));

  addRunFlags(addChangeFlags(verb('run', 'run or continue a migration'))).action(does(runCommand, { automatic: true }));
  addRunFlags(addChangeFlags(verb('plan', 'print what a run would do; changes nothing'))).action(
    does(planCommand, { automatic: false }),
  );
  verb('status', 'list the runs of the database, and what is to be expected of the unfinished one')
    .option('--watch', 'again and again, until no run is unfinished')
    .action(does(statusCommand, { automatic: false }));
  verb('pause', 'have the unfinished run neither copy nor apply').action(does(pauseCommand, { automatic: false }));
  verb('resume', 'end its pause').action(does(resumeCommand, { automatic: false }));
  addLiveFlags(verb('set', 'change options of the unfinished run')).action(does(setCommand, { automatic: false }));
  verb('verify', 'compare every row of the unfinished run again').action(does(verifyCommand, { automatic: true }));
  addWindowFlags(verb('cutover', 'let a postponed run cut over')).action(does(cutoverCommand, { automatic: false }));
  verb('rollback', 'make the old tables of an open rollback window live again').action(
    does(rollbackCommand, { automatic: false }),
  );
  verb('finish', 'end a rollback window for good and drop the old tables').action(
    does(finishCommand, { automatic: false }),
  );
  verb('abort', 'give the unfinished run up and drop its shadow').action(does(abortCommand, { automatic: false }));
  verb('cleanup', 'drop the retired tables and other leftovers of ended runs').action(
    does(cleanupCommand, { automatic: false }),
  );
  addBufferFlags(
    program.command('buffer').description('forward HTTP requests to a service, and hold them while a cutover runs'),
  ).action(does(bufferCommand, { automatic: false }));

  try {
    await program.parseAsync([...argv]);
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError))
      return reportFailure(processOutput({ json: false, automatic: false }), error, null);
    // commander has printed help or the mistake already.
    return error.exitCode === 0 ? 0 : catalogue['usage-error'].exitCode;
  }
}

/** The version in package.json, which is one folder further away once this file is in dist. */
function ownVersion(): string {
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const { version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version: string };
      return version;
    } catch {
      // the other place
    }
  }
  return 'unknown';
}
