import { EventEmitter } from 'node:events';
import { messageOf } from '../errors.js';
import type { MigrationEvents } from './events.js';

type Listener<E extends keyof MigrationEvents> = (payload: MigrationEvents[E]) => unknown;

/** As node:events takes it. */
type Wrapped = (payload: unknown) => void;

/** The events of one migration. Who listens can do the run no harm: what a listener throws becomes a process warning. */
export class Emitter {
  readonly #emitter = new EventEmitter();
  /** The wrapped form of each listener, oldest first, for `off`. */
  readonly #wrapped = new Map<unknown, Wrapped[]>();

  on<E extends keyof MigrationEvents>(event: E, listener: Listener<E>): this {
    const wrapped: Wrapped = (payload) => guarded(event, () => listener(payload as MigrationEvents[E]));
    this.#wrapped.set(listener, [...(this.#wrapped.get(listener) ?? []), wrapped]);
    this.#emitter.on(event, wrapped);
    return this;
  }

  off<E extends keyof MigrationEvents>(event: E, listener: Listener<E>): this {
    const candidates = this.#wrapped.get(listener) ?? [];
    const wrapped = candidates.find((each) => this.#emitter.listeners(event).includes(each));
    if (wrapped) {
      this.#emitter.off(event, wrapped);
      this.#wrapped.set(
        listener,
        candidates.filter((each) => each !== wrapped),
      );
    }
    return this;
  }

  emit<E extends keyof MigrationEvents>(event: E, payload: MigrationEvents[E]): void {
    this.#emitter.emit(event, payload);
  }
}

/** Calls a listener; covers what it throws now and, if it is asynchronous, later. */
function guarded(event: string, call: () => unknown): void {
  const warn = (error: unknown): void =>
    process.emitWarning(`a listener of ${event} threw: ${messageOf(error)}`, 'TideoverWarning');
  try {
    const result = call();
    if (result instanceof Promise) result.catch(warn);
  } catch (error) {
    warn(error);
  }
}
