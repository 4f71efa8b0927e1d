import { Contact } from '../db/contact.js';
import { quoteId } from '../db/quote.js';
import type { Server } from '../db/server.js';
import type { Throttle, ThrottleLimits } from './throttle.js';

/** Seconds; a query that takes longer is no way to ask four times a second. */
const longestS = 1;

/** A query of the operator, inside the project database: the first value of its only row other than 0 throttles. */
export class ThrottleQuery implements Throttle {
  readonly name = 'throttle-query';
  readonly #limits: Pick<ThrottleLimits, 'throttleQuery'>;
  readonly #contact: Contact;

  constructor(server: Server, database: string, limits: Pick<ThrottleLimits, 'throttleQuery'>) {
    this.#limits = limits;
    const setup = [`USE ${quoteId(database)}`, `SET SESSION max_statement_time = ${longestS}`];
    this.#contact = new Contact(server, 'throttling by a query', setup);
  }

  async look(): Promise<string | null> {
    const { throttleQuery } = this.#limits;
    if (throttleQuery === '') return null;
    const rows: unknown = await this.#contact.query(throttleQuery);
    const value = firstValue(rows);
    return value === 0 ? null : `throttle-query ${value} > 0`;
  }

  cut(): void {
    this.#contact.cut();
  }

  close(): Promise<void> {
    return this.#contact.close();
  }
}

/** Throws for anything but one row that begins with a number. */
function firstValue(rows: unknown): number {
  const [row, ...more] = Array.isArray(rows) ? (rows as Readonly<Record<string, string | null>>[]) : [];
  const [text] = row === undefined ? [] : Object.values(row);
  const value = text === null || text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value) || more.length > 0) throw new Error('it does not give one row that begins with a number');
  return value;
}
