import { TideoverError } from '../errors.js';
import type { KeyLiteral } from '../schema/table.js';
import { HeldChanges } from './held-changes.js';
import type { BinlogPosition, ChangeKind, ChangeSink, Reference } from './source.js';

/**
 * Changes that a transaction may hold before they are handed on early. MariaDB logs the rows of a rolled-back transaction or savepoint too
 * (with ROLLBACK behind them) when temporary or non-transactional tables took part, so nothing is handed on before the end is known:
 * a rolled-back delete must not remove a row. About 10 MB of keys (I8).
 */
const heldLimit = 100_000;
/** A prepared XA transaction cannot be handed on early; beyond this the run stops. */
const preparedLimit = 2_000_000;

/** One event group of the log, from its GTID to its end. */
export class Transaction {
  /** The boundary before it. */
  readonly start: BinlogPosition;
  /** Exactly one statement follows, which ends it. */
  readonly standalone: boolean;
  readonly #preparing: boolean;
  readonly #held = new HeldChanges();
  readonly #savepoints = new Map<string, number>();
  /** Changes handed on early. */
  #delivered = 0;

  constructor(fields: { start: BinlogPosition; standalone: boolean; preparing: boolean }) {
    this.start = fields.start;
    this.standalone = fields.standalone;
    this.#preparing = fields.preparing;
  }

  change(sink: ChangeSink, table: number, kind: ChangeKind, key: KeyLiteral): void {
    this.#held.add(table, kind, key);
    this.#bound(sink);
  }

  reference(sink: ChangeSink, table: number, list: number, reference: Reference): void {
    this.#held.addReference(table, list, reference);
    this.#bound(sink);
  }

  /** I8 */
  #bound(sink: ChangeSink): void {
    if (this.#preparing) {
      if (this.#held.length > preparedLimit) {
        throw new TideoverError(
          'binlog-unsupported',
          `an XA transaction changes more than ${preparedLimit} rows of the watched tables`,
          {
            hint: 'Abort the run, and start it again when the service has no such transaction prepared; or let it do this in smaller ones.',
          },
        );
      }
    } else if (this.#held.length >= heldLimit) {
      this.#delivered += this.#held.length;
      this.#held.deliver(sink);
    }
  }

  savepoint(name: string): void {
    this.#savepoints.set(name.toLowerCase(), this.#delivered + this.#held.length);
  }

  rollbackTo(name: string): void {
    const mark = this.#savepoints.get(name.toLowerCase());
    if (mark === undefined) {
      if (this.#delivered + this.#held.length === 0) return;
      throw new TideoverError('binlog-unsupported', `ROLLBACK TO a savepoint that the binlog has not named: ${name}`, {
        hint: 'Abort the run and start again: it then begins behind this transaction.',
      });
    }
    this.#undo(mark);
  }

  rollback(): void {
    this.#undo(0);
  }

  /** Keeps the first `mark` changes. */
  #undo(mark: number): void {
    if (this.#delivered > mark) {
      throw new TideoverError(
        'binlog-unsupported',
        `a transaction was rolled back in the binlog after more than ${heldLimit} changes`,
        {
          hint: 'Start the run again; avoid temporary or non-transactional tables in such transactions meanwhile.',
        },
      );
    }
    this.#held.truncate(mark - this.#delivered);
  }

  commit(sink: ChangeSink): void {
    this.#held.deliver(sink);
  }
}
