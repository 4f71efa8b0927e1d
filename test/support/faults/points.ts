import type { SyncPoint } from '../../../src/migration/points.js';

/** What an engine has a session for: in the engine's own words, but for those of the binlog and of the journal. */
export const sessionKinds = [
  'the run lock',
  'the journal',
  'preparing',
  'the binlog',
  'applying changes',
  'copying',
  'building indexes',
  'verifying',
  'leaving the load form',
  'throttling by flow-control',
  'the forecast',
  'carrying counters over',
  'cutover watch',
  'cutover lock',
  'cutover swap',
  'cutover probe',
  'cutover control',
  'cutover latch',
  'cutover guard',
  'cutover keeper',
  'cutover rewiring',
  'cleaning up',
] as const;

export type SessionKind = (typeof sessionKinds)[number];

const always = ['the run lock', 'the journal'] as const;
const preparing = [...always, 'preparing'] as const;
const engine = [...always, 'the binlog', 'applying changes', 'throttling by flow-control'] as const;
/** Some moments after the engine's begin. */
const going = [...engine, 'the forecast'] as const;
const comparing = [...going, 'verifying'] as const;
const holding = [...comparing, 'carrying counters over', 'cutover watch'] as const;
const attempting = [
  ...holding,
  'cutover lock',
  'cutover swap',
  'cutover probe',
  'cutover control',
  'cutover latch',
  'cutover guard',
  'cutover keeper',
  'cutover rewiring',
] as const;

/** Nothing is tied to the tables but each other. */
const attemptingAlone = attempting.filter((kind) => kind !== 'cutover keeper' && kind !== 'cutover rewiring');

/** Every point of a run, in its order, with the sessions that are open there. */
const sessions: Readonly<Record<SyncPoint, readonly SessionKind[]>> = {
  connected: [],
  'lock-taken': ['the run lock'],
  planned: ['the run lock'],
  'run-recorded': preparing,
  'shadow-built': preparing,
  'load-form-entered': preparing,
  'checkpoint-saved': preparing,
  'engine-open': engine,
  copying: engine,
  'chunk-copied': [...engine, 'copying'],
  indexing: going,
  'index-built': [...going, 'building indexes'],
  'catching-up': going,
  verifying: going,
  'range-compared': comparing,
  ready: going,
  'load-form-left': [...going, 'leaving the load form'],
  'foreign-keys-made': going,
  'cutting-over': going,
  held: holding,
  'cutover:opened': attempting,
  'cutover:locked': attempting,
  'intent-saved': attempting,
  drained: attempting,
  'cutover:guards-waiting': attempting,
  'cutover:handed-over': attempting,
  'cutover:rename-sent': attempting,
  'cutover:last-table': attempting,
  'cutover:sentry-dropped': attemptingAlone,
  'cutover:renamed': attemptingAlone,
  'cutover:detached': attemptingAlone,
  'cutover:rewiring': attemptingAlone,
  'cutover:rewired': attempting,
  live: holding,
  switched: holding,
  released: always,
  'report-saved': always,
  'shadow-dropped': [...always, 'cleaning up'],
  'retired-dropped': [...always, 'cleaning up'],
  settled: always,
};

export const points = Object.keys(sessions) as readonly SyncPoint[];

export function sessionsAt(point: SyncPoint): readonly SessionKind[] {
  return sessions[point];
}
