import { TideoverError } from '../errors.js';

/** What stops a run that its user aborted. */
export function interrupted(phase: string): TideoverError {
  return new TideoverError('interrupted', `stopped during "${phase}" on request`, {
    hint: 'Run the same command again to continue.',
  });
}
