import { comparePositions, formatPosition } from '../binlog/source.js';
import type { CutoverSteps } from './contract.js';
import type { LockedSources } from './lock.js';

/** The proof that the drain succeeded under that lock. Only `under` makes one. */
export class DrainedShadow {
  readonly #locked: LockedSources;

  private constructor(locked: LockedSources) {
    this.#locked = locked;
  }

  static async under(
    locked: LockedSources,
    remainingMs: number,
    steps: Pick<CutoverSteps, 'drain'>,
  ): Promise<DrainedShadow> {
    const { position } = await steps.drain(locked, remainingMs);
    if (comparePositions(position, locked.position) < 0) {
      throw new Error(
        `the drain ended at ${formatPosition(position)}, before the locked position ${formatPosition(locked.position)}`,
      );
    }
    return new DrainedShadow(locked);
  }

  /** Mutation switch `drain`. */
  static unproven(locked: LockedSources): DrainedShadow {
    return new DrainedShadow(locked);
  }

  /** The lock under which it was drained. */
  get locked(): LockedSources {
    return this.#locked;
  }
}
