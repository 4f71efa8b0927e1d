import { TideoverError } from '../errors.js';
import { ServerError } from './server-error.js';
import type { Server } from './server.js';
import type { Row, Session } from './session.js';

/**
 * Asks a server now and then: the session is opened by the first question, and anew by the first one after it was lost. One question at a time.
 */
export class Contact {
  readonly #server: Server;
  readonly #purpose: string;
  readonly #setup: readonly string[];
  #session: Session | null = null;
  #closed = false;

  constructor(server: Server, purpose: string, setup: readonly string[] = []) {
    this.#server = server;
    this.#purpose = purpose;
    this.#setup = setup;
  }

  query(sql: string): Promise<Row[]> {
    return this.#with((session) => session.query(sql));
  }

  async execute(sql: string): Promise<void> {
    await this.#with((session) => session.execute(sql));
  }

  /** Cuts the connection, so that a question that gets no answer ends. The next one connects again. */
  cut(): void {
    this.#session?.destroy();
    this.#session = null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const session = this.#session;
    this.#session = null;
    await session?.close();
  }

  async #with<T>(work: (session: Session) => Promise<T>): Promise<T> {
    if (this.#session?.isLost === true) this.cut();
    const session = (this.#session ??= await this.#server.connect(this.#purpose, this.#setup));
    if (this.#closed) {
      await this.close();
      throw new TideoverError('run-stopped', `no more questions for ${this.#purpose}`);
    }
    try {
      return await work(session);
    } catch (error) {
      if (error instanceof ServerError && error.connectionLost && this.#session === session) this.cut();
      throw error;
    }
  }
}
