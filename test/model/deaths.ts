import type { Step } from './checker.js';
import { endSession } from './cutover.js';
import { keysIn, writtenTo } from './following.js';
import { engineAt, isUnattended, replaced, type Engine, type Orphan, type State, type World } from './state.js';

/** The engine is killed at any moment; what it had sent, the server may go on with for a while; and the next one resumes from the journal. */
export function* deathSteps(world: World, state: State): Iterable<Step<State>> {
  if (state.engine) yield* crash(world, state, state.engine);
  if (state.engine === null) yield* resume(world, state);
  // Of a living attempt sessions are lost in cutover.ts.
  if (!state.engine?.attempt) yield* endSession(state);
  yield* finishOrphan(state);
}

function* crash({ bounds }: World, state: State, engine: Engine): Iterable<Step<State>> {
  if (state.crashes === bounds.crashes || state.settled) return;
  const orphans = [...state.orphans, ...statementsOf(engine)];
  yield { action: 'engine: killed', next: { ...state, orphans, engine: null, crashes: state.crashes + 1 } };
}

/** What the server may be at work on for this engine, and does not read the source's newest rows for. */
function statementsOf({ chunks, round }: Engine): Orphan[] {
  const deletes = keysIn(round?.taken ?? []).filter((key) => round!.taken[key] === 'deleted');
  return [...chunks.filter((chunk) => chunk !== null), ...deletes.map((key) => ({ deletes: key }))];
}

/** It is done, or rolled back. */
function* finishOrphan(state: State): Iterable<Step<State>> {
  for (const orphan of state.orphans) {
    const next = { ...state, orphans: state.orphans.filter((other) => other !== orphan) };
    const keys = 'deletes' in orphan ? [orphan.deletes] : orphan.keys;
    const shadow = 'deletes' in orphan ? replaced(state.shadow, orphan.deletes, 0) : writtenTo(state.shadow, orphan);
    const what = 'deletes' in orphan ? 'delete' : 'chunk';
    yield { action: `dead engine's ${what} of ${keys.join(', ')}: is rolled back`, next };
    yield { action: `dead engine's ${what} of ${keys.join(', ')}: is done`, next: { ...next, shadow } };
  }
}

/** First the outcome of a RENAME that was intended; then from the checkpoint (migration/settling.ts, migration/opening.ts). */
function* resume({ safeties }: World, state: State): Iterable<Step<State>> {
  if (safeties.predecessorGone && !(isUnattended(state) && state.orphans.length === 0)) return;
  if (state.intent && state.rename === 'done') {
    yield { action: 'engine: resumes, was swapped', next: { ...state, settled: true } };
    return;
  }
  const rename = state.rename === 'failed' ? 'not sent' : state.rename;
  const next: State = { ...state, rename, intent: false, engine: engineAt(state.checkpoint) };
  yield { action: 'engine: resumes', next };
}
