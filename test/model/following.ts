import type { Step } from './checker.js';
import {
  isLocked,
  replaced,
  tableOf,
  visibleRow,
  type Engine,
  type Kinds,
  type PendingKind,
  type Round,
  type State,
  type World,
} from './state.js';

/** Copy, tail, delta set and applier (src/copy, src/binlog, src/delta, src/apply). */
export function* followingSteps(world: World, state: State, engine: Engine): Iterable<Step<State>> {
  yield* readLog(state, engine);
  yield* beginRound(world, state, engine);
  yield* takeKeys(world, state, engine);
  yield* applyKey(world, state, engine);
  yield* endRound(state, engine);
  yield* openChunk(world, state, engine);
  yield* writeChunk(state, engine);
  yield* saveCheckpoint(world, state, engine);
}

function* readLog(state: State, engine: Engine): Iterable<Step<State>> {
  const event = state.log[engine.tail];
  if (!event) return;
  const pending = replaced(engine.pending, event.key, event.kind);
  yield {
    action: `tail: key ${event.key} ${event.kind}`,
    next: { ...state, engine: { ...engine, tail: engine.tail + 1, pending } },
  };
}

/** Not between the drain and the RENAME's outcome: the shadow may become the source at any moment. */
function* beginRound(world: World, state: State, engine: Engine): Iterable<Step<State>> {
  const { attempt, pending, tail, applied } = engine;
  const isHeld = attempt !== null && attempt.step !== 'locking' && attempt.step !== 'locked';
  if (engine.round || isHeld || (tail === applied.position && isEmpty(pending))) return;
  const waiting = [...new Set(keysIn(pending).map((key) => tableOf(world, key)))];
  const none = pending.map(() => null);
  const round = { position: tail, waiting, taken: none, leftover: none };
  yield { action: 'applier: round begins', next: { ...state, engine: { ...engine, round } } };
}

/** A table's turn: no chunk of it is under way (I4). */
function* takeKeys(world: World, state: State, engine: Engine): Iterable<Step<State>> {
  const { round, pending } = engine;
  for (const table of round?.waiting ?? []) {
    if (world.safeties.exclusion && engine.chunks[table]) continue;
    const isOwn = (key: number): boolean => tableOf(world, key) === table;
    const next: Engine = {
      ...engine,
      pending: pending.map((kind, key) => (isOwn(key) ? null : kind)),
      round: {
        ...round!,
        waiting: round!.waiting.filter((other) => other !== table),
        taken: round!.taken.map((kind, key) => (isOwn(key) ? pending[key]! : kind)),
      },
    };
    yield { action: `applier: takes the keys of table ${table}`, next: { ...state, engine: next } };
  }
}

/** One step: from its read to its write the applier's lock keeps the service from the row, and its turn the copier. */
function* applyKey(world: World, state: State, engine: Engine): Iterable<Step<State>> {
  const { round } = engine;
  if (!round) return;
  for (const key of keysIn(round.taken)) {
    const { row, left } = reRead(world, state, key, round.taken[key]!, {
      isCopied: isCopied(world, engine, tableOf(world, key)),
    });
    const taken = replaced(round.taken, key, null);
    const leftover = replaced(round.leftover, key, left);
    const finished: Engine = { ...engine, round: { ...round, taken, leftover } };
    const next = {
      ...state,
      shadow: replaced(state.shadow, key, row),
      engine: finishTable(world, finished, finished.round!, tableOf(world, key)),
    };
    yield { action: `applier: key ${key} ${left ? 'is left for later' : row === 0 ? 'deleted' : 'written'}`, next };
  }
}

/** The shadow's row afterwards, and as what the key waits again. */
function reRead(
  { safeties }: World,
  state: State,
  key: number,
  kind: PendingKind,
  table: { readonly isCopied: boolean },
): { row: number; left: PendingKind | null } {
  const source = visibleRow(state, key);
  const kept = state.shadow[key]!;
  if (kind === 'written') {
    if (!safeties.lockingRead) return { row: source === 0 ? kept : source, left: null };
    // SKIP LOCKED: what is not returned is locked, or a later event says that it is gone.
    return isLocked(state, key) || source === 0 ? { row: kept, left: kind } : { row: source, left: null };
  }
  if (kind === 'deleted' && (table.isCopied || !safeties.deletesDecided)) return { row: 0, left: null };
  // NOWAIT
  return isLocked(state, key) ? { row: kept, left: 'unknown' } : { row: source, left: null };
}

/** With its last key a table's turn ends; what is left waits again, unless something newer is known. */
function finishTable(world: World, engine: Engine, round: Round, table: number): Engine {
  if (keysIn(round.taken).some((key) => tableOf(world, key) === table)) return engine;
  const waitsAgain = (key: number): PendingKind | null => (tableOf(world, key) === table ? round.leftover[key]! : null);
  return { ...engine, pending: engine.pending.map((kind, key) => kind ?? waitsAgain(key)) };
}

function* endRound(state: State, engine: Engine): Iterable<Step<State>> {
  const { round } = engine;
  if (!round || round.waiting.length > 0 || !isEmpty(round.taken)) return;
  const applied = { position: round.position, leftover: round.leftover };
  yield { action: 'applier: round ends', next: { ...state, engine: { ...engine, round: null, applied } } };
}

/** A chunk's view is that of the moment; it locks nothing in the source. */
function* openChunk(world: World, state: State, engine: Engine): Iterable<Step<State>> {
  for (const [table, chunks] of world.bounds.chunks.entries()) {
    const keys = chunks[engine.copied[table]!];
    if (!keys || engine.chunks[table]) continue;
    const isApplied = keysIn(engine.round?.taken ?? []).some((key) => tableOf(world, key) === table);
    if (world.safeties.exclusion && isApplied) continue; // I4
    const chunk = { keys, rows: keys.map((key) => visibleRow(state, key)) };
    const next = { ...state, engine: { ...engine, chunks: replaced(engine.chunks, table, chunk) } };
    yield { action: `copier: reads keys ${keys.join(', ')}`, next };
  }
}

function* writeChunk(state: State, engine: Engine): Iterable<Step<State>> {
  for (const [table, chunk] of engine.chunks.entries()) {
    if (!chunk) continue;
    const next = {
      ...state,
      shadow: writtenTo(state.shadow, chunk),
      engine: {
        ...engine,
        chunks: replaced(engine.chunks, table, null),
        copied: replaced(engine.copied, table, engine.copied[table]! + 1),
      },
    };
    yield { action: `copier: writes keys ${chunk.keys.join(', ')}`, next };
  }
}

/** REPLACE: rows that the view did not have stay as they are. */
export function writtenTo(
  shadow: State['shadow'],
  { keys, rows }: { keys: readonly number[]; rows: State['shadow'] },
): State['shadow'] {
  return shadow.map((old, key) => rows[keys.indexOf(key)] || old);
}

/** At any moment; nothing needs it when nobody dies any more. */
function* saveCheckpoint({ bounds, safeties }: World, state: State, engine: Engine): Iterable<Step<State>> {
  if (state.crashes === bounds.crashes) return;
  const none = engine.pending.map(() => null);
  const applied = safeties.onlyApplied ? engine.applied : { position: engine.tail, leftover: none };
  yield { action: 'journal: checkpoint', next: { ...state, checkpoint: { ...applied, copied: engine.copied } } };
}

/** No view of the table will be opened any more. */
export function isCopied({ bounds }: World, { copied }: Engine, table: number): boolean {
  return copied[table] === bounds.chunks[table]!.length;
}

export function keysIn(kinds: Kinds): number[] {
  return [...kinds.keys()].filter((key) => kinds[key] !== null);
}

export function isEmpty(kinds: Kinds): boolean {
  return kinds.every((kind) => kind === null);
}
