import type { Step } from './checker.js';
import { isCopied, isEmpty } from './following.js';
import {
  isInUse,
  isUnattended,
  replaced,
  type Attempt,
  type Engine,
  type Locker,
  type State,
  type World,
} from './state.js';

/** The hand-over A → guards → RENAME (src/cutover): what the engine does, and what the server does for it. */
export function* cutoverSteps(world: World, state: State, engine: Engine): Iterable<Step<State>> {
  const { attempt } = engine;
  if (attempt === null) {
    yield* beginAttempt(world, state, engine);
    return;
  }
  const at = { world, state, engine, attempt };
  if (world.bounds.attemptsFail) yield* endSession(state);
  if (attempt.step === 'ending') {
    yield* readBack(at);
    return;
  }
  if (world.bounds.attemptsFail) yield* fail(at);
  yield* lock(at);
  yield* queueGuard(at);
  yield* recordIntent(at);
  yield* drain(at);
  yield* handOver(at);
  yield* sendRename(at);
  yield* dropSentry(at);
  yield* letGo(at);
  yield* learnOfSwap(at);
}

interface Attempting {
  readonly world: World;
  readonly state: State;
  readonly engine: Engine;
  readonly attempt: Attempt;
}

function* beginAttempt(world: World, state: State, engine: Engine): Iterable<Step<State>> {
  const allCopied = state.names.every((_, table) => isCopied(world, engine, table));
  if (!allCopied || !isUnattended(state)) return;
  const attempt: Attempt = { step: 'locking', position: 0, letGo: 0, broken: false };
  yield {
    action: 'cutover: attempt',
    next: { ...state, sentry: world.safeties.sentry, engine: { ...engine, attempt } },
  };
}

/** A asks for one name after the other. */
function* lock({ world, state, engine, attempt }: Attempting): Iterable<Step<State>> {
  if (attempt.step !== 'locking') return;
  const table = nextName(world, state, 'A');
  if (table === null) return;
  if (table < state.names.length) {
    yield { action: `A: asks for table ${table}`, next: { ...state, names: queued(state.names, table, 'A') } };
    return;
  }
  const locked: Attempt = { ...attempt, step: 'locked', position: state.log.length };
  yield { action: 'cutover: locked', next: { ...state, engine: { ...engine, attempt: locked } } };
}

function* queueGuard({ world, state, attempt }: Attempting): Iterable<Step<State>> {
  if (attempt.step !== 'locked' || !world.safeties.guards) return;
  for (const [table, queue] of state.names.entries()) {
    if (queue.includes('guard')) continue;
    yield { action: `guard ${table}: waits`, next: { ...state, names: queued(state.names, table, 'guard') } };
  }
}

function* recordIntent({ world, state, attempt }: Attempting): Iterable<Step<State>> {
  if (attempt.step !== 'locked' || state.intent || !world.safeties.intent) return;
  yield { action: 'journal: intent', next: { ...state, intent: true } };
}

/** The log is read up to the lock, everything is applied, the guards are seen behind A, and the intent is journaled. */
function* drain({ world, state, engine, attempt }: Attempting): Iterable<Step<State>> {
  const { safeties } = world;
  if (attempt.step !== 'locked') return;
  const isReady = state.names.every((queue) => queue.includes('A') && (queue.includes('guard') || !safeties.guards));
  const isDrained = engine.tail >= attempt.position && isEmpty(engine.pending) && engine.round === null;
  if (!isReady || !(isDrained || !safeties.drain) || !(state.intent || !safeties.intent)) return;
  yield { action: 'cutover: drained', next: withAttempt(state, engine, { ...attempt, step: 'drained' }) };
}

/** A's locks go one by one. */
function* handOver({ state, engine, attempt }: Attempting): Iterable<Step<State>> {
  if (attempt.step !== 'drained' && attempt.step !== 'handing over') return;
  const table = state.names.findIndex((queue) => queue.includes('A'));
  if (table === -1) return;
  const next = { ...state, names: without(state.names, 'A', table) };
  yield {
    action: `A: lets go of table ${table}`,
    next: withAttempt(next, engine, { ...attempt, step: 'handing over' }),
  };
}

function* sendRename({ world, state, engine, attempt }: Attempting): Iterable<Step<State>> {
  if (attempt.step !== 'handing over' || state.names.flat().includes('A')) return;
  if (world.safeties.guards && !state.names.every((queue) => queue.includes('guard'))) return;
  const next: State = { ...state, rename: 'sent' };
  yield { action: 'cutover: sends RENAME', next: withAttempt(next, engine, { ...attempt, step: 'swapping' }) };
}

/** When RENAME waits behind the last guard, and every guard was there until it waited behind it. */
function* dropSentry({ world, state, attempt }: Attempting): Iterable<Step<State>> {
  if (attempt.step !== 'swapping' || !state.sentry) return;
  const last = state.names.length - 1;
  const isLast = attempt.letGo === last && isBehind(world, state, last);
  const allHeld = !attempt.broken && state.names[last]!.includes('guard');
  if (world.safeties.guards && !(isLast && allHeld)) return;
  yield { action: 'cutover: drops the sentry', next: { ...state, sentry: false } };
}

/** Guards are let go in the order in which RENAME comes to them. One that is gone already is found out here. */
function* letGo({ world, state, engine, attempt }: Attempting): Iterable<Step<State>> {
  const table = attempt.letGo;
  const queue = state.names[table];
  if (attempt.step !== 'swapping' || !world.safeties.guards || !queue) return;
  const isLast = table === state.names.length - 1;
  if (!isBehind(world, state, table) || (isLast && state.sentry)) return;
  const broken = attempt.broken || !queue.includes('guard');
  const next = { ...state, names: without(state.names, 'guard', table) };
  yield {
    action: `guard ${table}: ${queue.includes('guard') ? 'is let go' : 'was lost'}`,
    next: withAttempt(next, engine, { ...attempt, letGo: table + 1, broken }),
  };
}

function isBehind({ safeties }: World, { names, rename }: State, table: number): boolean {
  return !safeties.probe || rename === 'done' || names[table]!.includes('RENAME');
}

function* learnOfSwap({ state, attempt }: Attempting): Iterable<Step<State>> {
  if (attempt.step === 'swapping' && state.rename === 'done')
    yield { action: 'cutover: RENAME has answered', next: { ...state, settled: true } };
}

/** A time limit, a lost session, a refused RENAME: at any moment. */
function* fail({ state, engine, attempt }: Attempting): Iterable<Step<State>> {
  yield { action: 'cutover: attempt fails', next: withAttempt(state, engine, { ...attempt, step: 'ending' }) };
}

/** One of the sessions ends: somebody kills it, the attempt is over, or its engine is dead. */
export function* endSession(state: State): Iterable<Step<State>> {
  const { names } = state;
  if (names.flat().includes('A')) yield { action: 'A: is gone', next: { ...state, names: without(names, 'A') } };
  for (const [table, queue] of names.entries())
    if (queue.includes('guard'))
      yield { action: `guard ${table}: is gone`, next: { ...state, names: without(names, 'guard', table) } };
  if (state.rename === 'sent')
    yield { action: 'RENAME: is gone', next: { ...state, rename: 'failed', names: without(names, 'RENAME') } };
}

/** With all sessions gone the names tell what became of the RENAME. */
function* readBack({ world, state, engine }: Attempting): Iterable<Step<State>> {
  if (world.safeties.outcomeFinal && !isUnattended(state)) return;
  if (state.rename === 'done') {
    yield { action: 'cutover: was swapped', next: { ...state, settled: true } };
    return;
  }
  const next: State = {
    ...state,
    rename: state.rename === 'failed' ? 'not sent' : state.rename,
    intent: false,
    sentry: false,
    engine: { ...engine, attempt: null },
  };
  yield { action: 'cutover: was not swapped', next };
}

/** What the server does with the statement, whether or not its engine lives: one name after the other, and then all at once. */
export function* renameSteps(world: World, state: State): Iterable<Step<State>> {
  if (state.rename !== 'sent') return;
  const { names } = state;
  const table = nextName(world, state, 'RENAME');
  if (table === null) return;
  if (table < names.length) {
    yield { action: `RENAME: asks for table ${table}`, next: { ...state, names: queued(names, table, 'RENAME') } };
  } else if (state.sentry) {
    yield {
      action: 'RENAME: fails at the sentry',
      next: { ...state, rename: 'failed', names: without(names, 'RENAME') },
    };
  } else if (state.orphans.length === 0) {
    yield { action: 'RENAME: swaps', next: { ...state, rename: 'done', names: without(names, 'RENAME') } };
  }
}

/** The table that a session asks for next: the first that it has not asked for when it has all before; their number when it has all; null while it waits. */
function nextName(world: World, state: State, locker: Locker): number | null {
  for (const [table, queue] of state.names.entries()) {
    if (!queue.includes(locker)) return table;
    if (queue[0] !== locker || isInUse(world, state, table)) return null;
  }
  return state.names.length;
}

function queued(names: State['names'], table: number, locker: Locker): State['names'] {
  return replaced(names, table, [...names[table]!, locker]);
}

/** Without the locker in that table's queue, or in every one. */
function without(names: State['names'], locker: Locker, table?: number): State['names'] {
  return names.map((queue, i) =>
    table === undefined || i === table ? queue.filter((other) => other !== locker) : queue,
  );
}

function withAttempt(state: State, engine: Engine, attempt: Attempt): State {
  return { ...state, engine: { ...engine, attempt } };
}
