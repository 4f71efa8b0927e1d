import { TideoverError } from '../errors.js';

/** Throws `interrupted` when the user has stopped the run. */
export function throwIfStopped(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new TideoverError('interrupted', 'stopped on request while the change was tried on a copy', {
    hint: 'Run the same command again.',
  });
}
