import { TideoverError } from '../errors.js';

/** A status variable, and the value from which on it is too much. */
export interface Load {
  readonly variable: string;
  readonly limit: number;
}

/** Reads `Threads_running=25,Threads_connected=500`; an empty text is no load. Throws `usage-error`; `flag` is named in it. */
export function parseLoads(text: string, flag: string): Load[] {
  const parts = text.split(',').map((part) => part.trim());
  if (text.trim() === '') return [];
  return parts.map((part) => {
    const [, variable, limit] = /^(\w+)\s*=\s*(\d+)$/.exec(part) ?? [];
    if (variable === undefined || limit === undefined) {
      throw new TideoverError('usage-error', `--${flag} cannot be read: "${part}" is no load`, {
        hint: 'Give status variables with their limits: Threads_running=25,Threads_connected=500.',
      });
    }
    return { variable, limit: Number(limit) };
  });
}
