import { hashOf } from './hash.js';

/** What happened, and the state after it. */
export interface Step<S> {
  readonly action: string;
  readonly next: S;
}

/** A system as a set of states and the steps between them. States are plain values, to be told apart by their JSON. */
export interface Model<S> {
  readonly initial: S;
  steps(state: S): Iterable<Step<S>>;
  /** Which property the state breaks, or null. */
  violation(state: S): string | null;
  isEnd(state: S): boolean;
}

export interface Violation {
  readonly property: string;
  /** The actions of a shortest way there. */
  readonly trace: readonly string[];
}

export interface Exploration {
  readonly states: number;
  /** Actions of the longest of all shortest ways from the initial state to another. */
  readonly depth: number;
  /** How many states are ends. */
  readonly ends: number;
  /** Everything that happened. */
  readonly actions: ReadonlySet<string>;
  readonly violation: Violation | null;
}

/** The state from which no end can be reached any more. */
export const noWayToAnEnd = 'no way to an end';

/**
 * Looks at every state that can be reached, nearest first, and stops at the first violation. When there is none, looks for states from which no end can
 * be reached. Throws when there are more than `maxStates`: what was not looked at is not shown.
 */
export function explore<S>(model: Model<S>, maxStates: number): Exploration {
  const found = new Found();
  let frontier = [{ id: found.add(model.initial, null, ''), state: model.initial }];
  const ends: number[] = [];
  let depth = 0;
  for (;;) {
    const further: typeof frontier = [];
    for (const { id, state } of frontier) {
      const property = model.violation(state);
      if (property !== null) return found.exploration(depth, ends, { property, trace: found.traceTo(id) });
      if (model.isEnd(state)) ends.push(id);
      for (const { action, next } of model.steps(state)) {
        const known = found.count;
        const nextId = found.add(next, id, action);
        if (nextId === known) further.push({ id: nextId, state: next });
      }
      if (found.count > maxStates) throw new Error(`more than ${maxStates} states`);
    }
    if (further.length === 0) break;
    frontier = further;
    depth += 1;
  }
  const stuck = found.firstWithoutWayTo(ends);
  const violation = stuck === null ? null : { property: noWayToAnEnd, trace: found.traceTo(stuck) };
  return found.exploration(depth, ends, violation);
}

/** The states met so far, numbered as they were met, and the steps between them. Of a state itself only a hash is kept. */
class Found {
  readonly #ids = new Map<number, number>();
  /** By state: from where it was met first, and how. */
  readonly #parents: number[] = [];
  readonly #actions: string[] = [];
  readonly #allActions = new Set<string>();
  /** All steps, as pairs. */
  readonly #from: number[] = [];
  readonly #to: number[] = [];

  get count(): number {
    return this.#ids.size;
  }

  add(state: unknown, from: number | null, action: string): number {
    const hash = hashOf(state);
    let id = this.#ids.get(hash);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(hash, id);
      this.#parents.push(from ?? -1);
      this.#actions.push(action);
    }
    if (from !== null) {
      this.#allActions.add(action);
      this.#from.push(from);
      this.#to.push(id);
    }
    return id;
  }

  traceTo(id: number): string[] {
    const trace: string[] = [];
    for (let at = id; this.#parents[at]! >= 0; at = this.#parents[at]!) trace.unshift(this.#actions[at]!);
    return trace;
  }

  /** Walks back from the ends. */
  firstWithoutWayTo(ends: readonly number[]): number | null {
    const before = new Before(this.count, this.#from, this.#to);
    const reaches = new Uint8Array(this.count);
    const open = [...ends];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (reaches[id]) continue;
      reaches[id] = 1;
      for (const from of before.of(id)) if (!reaches[from]) open.push(from);
    }
    const stuck = reaches.indexOf(0);
    return stuck === -1 ? null : stuck;
  }

  exploration(depth: number, ends: readonly number[], violation: Violation | null): Exploration {
    return { states: this.count, depth, ends: ends.length, actions: this.#allActions, violation };
  }
}

/** The steps turned round, in two flat arrays: there are millions. */
class Before {
  readonly #starts: Uint32Array;
  readonly #from: Uint32Array;

  constructor(states: number, from: readonly number[], to: readonly number[]) {
    this.#starts = new Uint32Array(states + 1);
    for (const id of to) this.#starts[id + 1]! += 1;
    for (let id = 0; id < states; id++) this.#starts[id + 1]! += this.#starts[id]!;
    const next = this.#starts.slice();
    this.#from = new Uint32Array(from.length);
    for (const [step, id] of to.entries()) this.#from[next[id]!++] = from[step]!;
  }

  /** The states with a step to that one. */
  of(id: number): Uint32Array {
    return this.#from.subarray(this.#starts[id], this.#starts[id + 1]);
  }
}
