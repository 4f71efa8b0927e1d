import { comparePositions, type BinlogPosition } from '../binlog/source.js';
import type { ServerError } from '../db/server-error.js';
import type { Causes, LogView } from '../delta/causes.js';
import type { DeltaSet } from '../delta/delta-set.js';
import type { KeyLiteral } from '../schema/table.js';

/** A row that the shadow does not take beside another one. */
export interface Collision {
  readonly key: KeyLiteral;
  readonly error: ServerError;
}

/** What must have happened before collisions that are still there have no excuse. */
interface Inquiry {
  /** They have collided in every round since it began, and nothing was heard of them. */
  readonly keys: Set<KeyLiteral>;
  readonly logEnd: BinlogPosition;
  /** What was heard of and not applied when the log had been read up to `logEnd`; null before. */
  awaited: { readonly keys: Set<KeyLiteral>; readonly clock: number } | null;
  readonly isSecond: boolean;
}

/**
 * The keys of one table whose rows collide in the shadow with other rows under a unique key. Mostly the other row's own change is on its way: it is further down
 * the log, or locked by the service, or of a cascade. Else two rows of the source are to be unique and are not, and the collision *lasts*.
 */
export class Conflicts {
  readonly #delta: DeltaSet;
  readonly #causes: Causes;
  readonly #table: number;
  readonly #log: LogView;
  #colliding = new Map<KeyLiteral, ServerError>();
  #inquiry: Inquiry | null = null;

  /** `table` is an index of the causes' graph, `delta` that table's. */
  constructor(parts: {
    readonly delta: DeltaSet;
    readonly causes: Causes;
    readonly table: number;
    readonly log: LogView;
  }) {
    this.#delta = parts.delta;
    this.#causes = parts.causes;
    this.#table = parts.table;
    this.#log = parts.log;
  }

  /** Notes a collision of this round. The row was read, so what its transaction did is visible (I3). */
  collided({ key, error }: Collision): void {
    this.#colliding.set(key, error);
    this.#causes.collided(this.#table, key);
  }

  /**
   * Ends a round, before the delta set ends it; `leftover` was not applied. Resolves with a collision that lasts: the log was read up to where it had ended
   * after the collision, all that was known then has been applied, and the same row still collides. Twice, for it might have come to another value unheard in
   * the meantime.
   */
  async endRound(leftover: ReadonlySet<KeyLiteral>): Promise<Collision | null> {
    const colliding = this.#colliding;
    this.#colliding = new Map();
    const inquiry = this.#inquiry;
    for (const key of inquiry?.keys ?? [])
      if (!colliding.has(key) || this.#delta.isPending(key)) inquiry!.keys.delete(key);
    if (inquiry === null || inquiry.keys.size === 0) {
      this.#inquiry = colliding.size === 0 ? null : await this.#inquire(colliding.keys(), false);
      return null;
    }
    if (!this.#hasEnded(inquiry, colliding, leftover)) return null;
    if (inquiry.isSecond) {
      const [key] = [...inquiry.keys];
      return { key: key!, error: colliding.get(key!)! };
    }
    this.#inquiry = await this.#inquire(inquiry.keys, true);
    return null;
  }

  async #inquire(keys: Iterable<KeyLiteral>, isSecond: boolean): Promise<Inquiry> {
    return { keys: new Set(keys), logEnd: await this.#log.end(), awaited: null, isSecond };
  }

  #hasEnded(
    inquiry: Inquiry,
    colliding: ReadonlyMap<KeyLiteral, ServerError>,
    leftover: ReadonlySet<KeyLiteral>,
  ): boolean {
    if (inquiry.awaited === null) {
      if (comparePositions(this.#log.position, inquiry.logEnd) < 0) return false;
      inquiry.awaited = { keys: new Set([...leftover, ...this.#delta.pending]), clock: this.#causes.clock };
      return false;
    }
    const { keys, clock } = inquiry.awaited;
    for (const key of keys) if (!leftover.has(key) || colliding.has(key)) keys.delete(key);
    return keys.size === 0 && this.#causes.passed(clock, { table: this.#table, keys: colliding });
  }
}
