import { comparePositions, formatPosition, type BinlogPosition } from '../binlog/source.js';
import type { CutoverSteps } from './contract.js';
import type { LockedSources } from './lock.js';

/** The proof that the drain succeeded while that lock was held. Only `under` makes one. */
export class DrainedShadow {
  readonly position: BinlogPosition;

  private constructor(position: BinlogPosition) {
    this.position = position;
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
    return new DrainedShadow(position);
  }

  /** Mutation switch `drain`. */
  static unproven(locked: LockedSources): DrainedShadow {
    return new DrainedShadow(locked.position);
  }
}
