import { asTideoverError } from '../db/server-error.js';
import { catalogue } from '../errors.js';
import { printEvent, type Output } from './output.js';
import { errorFields, formatError } from './report.js';

/** Prints a failure, once, and answers with the process's exit code: the error's, or the signal's that caused it. */
export function reportFailure(output: Output, thrown: unknown, signalExitCode: number | null): number {
  const error = asTideoverError(thrown);
  const exitCode =
    error.exitCode === catalogue.interrupted.exitCode ? (signalExitCode ?? error.exitCode) : error.exitCode;
  if (output.json) printEvent(output, 'error', errorFields(error, exitCode));
  else output.stderr(formatError(error));
  return exitCode;
}
