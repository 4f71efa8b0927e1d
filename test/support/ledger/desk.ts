import type { Client } from './client.js';
import { operations, type OperationName } from './operations.js';
import type { Random } from './random.js';
import { Transaction, type Doubt, type Place } from './transaction.js';
import type { Books, Desk } from './writer.js';

export interface LedgerDeskOptions {
  readonly places: readonly Place[];
  /** What the writer does; everything by default. */
  readonly only?: readonly OperationName[];
  readonly observed: (observation: string) => void;
  readonly doubted: (doubt: Doubt) => void;
}

/** A writer's desk over single tables: slices of his own, and hot rows that are everybody's. */
export class LedgerDesk implements Desk {
  readonly #options: LedgerDeskOptions;

  constructor(options: LedgerDeskOptions) {
    this.#options = options;
  }

  begin(client: Client): Books {
    const { places, observed, doubted } = this.#options;
    const tx = new Transaction(client, places, observed);
    return {
      operate: (random, { single }) => this.#operate(tx, random, { single }),
      withdrawn: (work) => tx.withdrawn(work),
      commit: () => tx.commit(),
      rollback: () => tx.rollback(),
      doubt: () => doubted(tx.doubt()),
    };
  }

  async #operate(tx: Transaction, random: Random, { single }: { single: boolean }): Promise<void> {
    const place = random.pick(this.#options.places);
    const { shape } = place.slice;
    const { only } = this.#options;
    const candidates = operations.filter(
      (operation) =>
        operation.suits(shape) && (operation.single || !single) && (only?.includes(operation.name) ?? true),
    );
    await random.weighted(candidates).run(tx, place, random);
  }
}
