import { access } from 'node:fs/promises';
import type { Throttle, ThrottleLimits } from './throttle.js';

/** A file on the engine's host: copying waits while it exists. */
export class ThrottleFile implements Throttle {
  readonly name = 'throttle-file';
  readonly #limits: Pick<ThrottleLimits, 'throttleFile'>;

  constructor(limits: Pick<ThrottleLimits, 'throttleFile'>) {
    this.#limits = limits;
  }

  async look(): Promise<string | null> {
    const { throttleFile } = this.#limits;
    if (throttleFile === '') return null;
    try {
      await access(throttleFile);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return null;
      throw error;
    }
    return `throttle-file exists != absent (${throttleFile})`;
  }

  cut(): void {
    // It waits for nothing.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
