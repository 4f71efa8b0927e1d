import { Contact } from '../db/contact.js';
import { quoteString } from '../db/quote.js';
import type { Server } from '../db/server.js';
import type { Throttle } from './throttle.js';

/** Global status variables by their names in lower case, those that the server has. */
export type StatusValues = ReadonlyMap<string, number>;

/** What a throttle wants of status variables. */
export interface StatusRule {
  readonly name: string;
  /** The variables to be read now, none when there is no limit. */
  readonly variables: () => readonly string[];
  /** Why copying should wait. Throws for a variable that it needs and that is not there. */
  readonly judge: (values: StatusValues) => string | null;
}

/** A throttle by global status variables, read by one statement. */
export class StatusThrottle implements Throttle {
  readonly name: string;
  readonly #rule: StatusRule;
  readonly #contact: Contact;

  constructor(server: Server, rule: StatusRule) {
    this.name = rule.name;
    this.#rule = rule;
    this.#contact = new Contact(server, `throttling by ${rule.name}`);
  }

  async look(): Promise<string | null> {
    const variables = this.#rule.variables();
    if (variables.length === 0) return null;
    const names = variables.map((name) => quoteString(name)).join(',');
    const rows = await this.#contact.query(`SHOW GLOBAL STATUS WHERE Variable_name IN (${names})`);
    const values = rows.map((row) => [(row['Variable_name'] ?? '').toLowerCase(), Number(row['Value'])] as const);
    return this.#rule.judge(new Map(values));
  }

  cut(): void {
    this.#contact.cut();
  }

  close(): Promise<void> {
    return this.#contact.close();
  }
}

/** The value of a variable that has to be there. */
export function valueOf(values: StatusValues, name: string): number {
  const value = values.get(name.toLowerCase());
  if (value === undefined || Number.isNaN(value)) throw new Error(`the server has no number ${name}`);
  return value;
}
