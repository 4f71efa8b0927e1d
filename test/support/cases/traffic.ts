import type { Session } from '../../../src/db/session.js';
import { messageOf } from '../../../src/errors.js';
import type { Case, Moment } from './corpus.js';

/** The service of a case: its statements, each at its moment, on one session. */
export class Traffic {
  readonly #case: Case;
  readonly #session: Session;
  readonly #sent: string[] = [];
  readonly #failures: string[] = [];
  readonly #played = new Set<Moment>();
  #playing: Promise<void> = Promise.resolve();

  constructor(one: Case, session: Session) {
    this.#case = one;
    this.#session = session;
  }

  /** What was sent and answered. */
  get sent(): readonly string[] {
    return this.#sent;
  }

  /** Sections of a whole run whose moment has not come, or was not noticed; `live` is after it. */
  get unplayed(): readonly Moment[] {
    return [...this.#case.traffic.keys()].filter((moment) => moment !== 'live' && !this.#played.has(moment));
  }

  /**
   * Sends the statements of a moment, after those of earlier ones. Does not reject: an engine that waits for its service must not take
   * the service's mistake for its own; `settled` tells of it.
   */
  play(moment: Moment): Promise<void> {
    this.#played.add(moment);
    return (this.#playing = this.#playing.then(() => this.#send(this.#case.traffic.get(moment) ?? [])));
  }

  async #send(statements: readonly string[]): Promise<void> {
    for (const sql of statements) {
      if (this.#failures.length > 0) return;
      try {
        await this.#session.query(sql);
        this.#sent.push(sql);
      } catch (error) {
        this.#failures.push(`${sql.slice(0, 300)}: ${messageOf(error)}`);
      }
    }
  }

  /** Waits for what is being sent, and throws when the server refused a statement. */
  async settled(): Promise<void> {
    await this.#playing;
    const [failure] = this.#failures;
    if (failure !== undefined) throw new Error(`${this.#case.name}: the service got an error: ${failure}`);
  }
}

/** Brings another session into the state that the statements' settings made. */
export async function takeSettings(session: Session, statements: readonly string[]): Promise<void> {
  for (const sql of statements.filter((statement) => /^SET\b/i.test(statement))) await session.query(sql);
}
