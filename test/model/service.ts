import type { Step } from './checker.js';
import { isLocked, tableOf, visibleRow, type Event, type State, type World } from './state.js';

/** The service's writers. A write is in the log, with its row locked, before it is visible and acknowledged (I3). */
export function* serviceSteps(world: World, state: State): Iterable<Step<State>> {
  yield* write(world, state);
  yield* acknowledge(state);
}

/** A writer waits while anybody has the table's name, or waits for it. After the RENAME it writes to the new table, which is nobody's concern here. */
function* write(world: World, state: State): Iterable<Step<State>> {
  const { bounds } = world;
  const { log, inCommit, names, shadow } = state;
  if (state.rename === 'done' || log.length >= bounds.rows.length + bounds.writes) return;
  if (inCommit.length >= bounds.writers) return;
  for (const key of shadow.keys()) {
    if (isLocked(state, key) || names[tableOf(world, key)]!.length > 0) continue;
    const kinds: Event['kind'][] = visibleRow(state, key) === 0 ? ['written'] : ['written', 'deleted'];
    for (const kind of kinds) {
      const next = { ...state, log: [...log, { key, kind }], inCommit: [...inCommit, log.length] };
      yield { action: `service: key ${key} ${kind}, in the log`, next };
    }
  }
}

function* acknowledge(state: State): Iterable<Step<State>> {
  for (const place of state.inCommit) {
    const { key, kind } = state.log[place]!;
    const next = { ...state, inCommit: state.inCommit.filter((other) => other !== place) };
    yield { action: `service: key ${key} ${kind}, visible`, next };
  }
}
