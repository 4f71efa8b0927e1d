import type { Model, Step } from './checker.js';
import { cutoverSteps, renameSteps } from './cutover.js';
import { deathSteps } from './deaths.js';
import { followingSteps } from './following.js';
import { serviceSteps } from './service.js';
import { allSafeties, initialState, visibleRow, type Bounds, type Safeties, type State, type World } from './state.js';

/** A whole migration under a service that writes, for the checker. `without` names the safeties that are switched off. */
export function migrationModel(bounds: Bounds, without: readonly (keyof Safeties)[] = []): Model<State> {
  const off = Object.fromEntries(without.map((safety) => [safety, false]));
  const world: World = { bounds, safeties: { ...allSafeties, ...off } };
  return {
    initial: initialState(world),
    steps: (state) => stepsOf(world, state),
    violation,
    isEnd: (state) => isEnd(world, state),
  };
}

function* stepsOf(world: World, state: State): Iterable<Step<State>> {
  if (isEnd(world, state)) return;
  yield* serviceSteps(world, state);
  if (state.engine) {
    yield* followingSteps(world, state, state.engine);
    yield* cutoverSteps(world, state, state.engine);
  }
  yield* renameSteps(world, state);
  yield* deathSteps(world, state);
}

function isEnd({ bounds }: World, state: State): boolean {
  return state.settled || (bounds.until === 'drained' && state.engine?.attempt?.step === 'drained');
}

/** The properties, each where it has to hold. */
function violation(state: State): string | null {
  const isDrained = state.engine?.attempt?.step === 'drained' && state.names.every(([holder]) => holder === 'A');
  if (isDrained && !isShadowEqual(state)) return 'I1: drained under the lock, shadow and source differ';
  if (state.rename !== 'done') return null;
  if (!state.intent) return 'I7: swapped, and the journal does not know';
  if (!isShadowEqual(state)) return 'I2: swapped, and the new tables are not what the service was acknowledged';
  return null;
}

function isShadowEqual(state: State): boolean {
  return state.inCommit.length === 0 && state.shadow.every((row, key) => row === visibleRow(state, key));
}
