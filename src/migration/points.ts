import type { CutoverPoint } from '../cutover/contract.js';

/**
 * Named moments of a run, in their order; those of an attempt of the cutover lie in between (`cutover/contract.ts`).
 * `connected`: before anything is looked at. `lock-taken`: no other engine can begin. `planned`: nothing is in the journal yet. `run-recorded`: the journal
 * knows the run. `shadow-built`, `load-form-entered`, `checkpoint-saved`: the steps of preparing. `engine-open`: the tail reads, rounds are applied.
 * `chunk-copied`: one is, others may be under way. `index-built`: those of one table are. `range-compared`: as with chunks. `load-form-left`: by one
 * table. `foreign-keys-made`: the shadow is as planned. `held`: the buffers hold. `intent-saved` and `drained`: under the lock, beside each other.
 * `live`: the journal knows that the new tables are live. `switched`: the service's code is changed, its requests are still held. `released`: they are not any more.
 * `report-saved`, `shadow-dropped`, `retired-dropped`, `settled`: the steps of settling.
 */
export type RunPoint =
  | 'connected'
  | 'lock-taken'
  | 'planned'
  | 'run-recorded'
  | 'shadow-built'
  | 'load-form-entered'
  | 'checkpoint-saved'
  | 'engine-open'
  | 'copying'
  | 'chunk-copied'
  | 'indexing'
  | 'index-built'
  | 'catching-up'
  | 'verifying'
  | 'range-compared'
  | 'ready'
  | 'load-form-left'
  | 'foreign-keys-made'
  | 'cutting-over'
  | 'held'
  | 'intent-saved'
  | 'drained'
  | 'live'
  | 'switched'
  | 'released'
  | 'report-saved'
  | 'shadow-dropped'
  | 'retired-dropped'
  | 'settled';

export type SyncPoint = RunPoint | `cutover:${CutoverPoint}`;

/** Called at each point; the run goes on when it resolves. For tests of what happens when something breaks there. */
export type Reached = (point: SyncPoint) => Promise<void>;

export const passOn: Reached = () => Promise.resolve();
