type Role = 'copy' | 'apply';

interface Waiter {
  readonly role: Role;
  readonly enter: () => void;
}

/**
 * Whose turn it is on one table (I4): any number of chunks are copied at once, or one round is applied, never both.
 * First come, first served, so that neither starves: chunks that come after a waiting round wait for it, and the round after that waits for them.
 */
export class Turns {
  readonly #excluding: boolean;
  readonly #waiters: Waiter[] = [];
  #active: Role | null = null;
  #count = 0;

  /** `excluding: false` is for the mutation tests only. */
  constructor(options: { readonly excluding: boolean } = { excluding: true }) {
    this.#excluding = options.excluding;
  }

  /** Runs `work` when it is `role`'s turn. */
  async take<T>(role: Role, work: () => Promise<T>): Promise<T> {
    if (!this.#excluding) return work();
    await this.#enter(role);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #mayEnter(role: Role): boolean {
    return this.#count === 0 || (role === 'copy' && this.#active === 'copy');
  }

  async #enter(role: Role): Promise<void> {
    if (this.#waiters.length === 0 && this.#mayEnter(role)) {
      this.#admit(role);
      return;
    }
    await new Promise<void>((enter) => this.#waiters.push({ role, enter }));
  }

  #admit(role: Role): void {
    this.#active = role;
    this.#count += 1;
  }

  #leave(): void {
    this.#count -= 1;
    for (let next = this.#waiters[0]; next && this.#mayEnter(next.role); next = this.#waiters[0]) {
      this.#waiters.shift();
      this.#admit(next.role);
      next.enter();
    }
  }
}
