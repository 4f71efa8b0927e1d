/*
 * A migration as the server, the journal and the engine's memory show it between two steps. The server's side is what stays when the engine dies.
 * Keys and tables are numbers; a row is known by the event that wrote it, so two rows are equal when the same write made them.
 */

/** One write of the service, in the order of the binlog: a transaction of its own. */
export interface Event {
  readonly key: number;
  readonly kind: 'written' | 'deleted';
}

export type PendingKind = Event['kind'] | 'unknown';

/** By key. */
export type Kinds = readonly (PendingKind | null)[];

/** By key: 1 + the place in the log of the event that wrote the row; 0 without a row. */
export type Rows = readonly number[];

/** Who stands in the queue of a table's name: A, a guard, the RENAME. The first one has the name as soon as no writer uses the table. */
export type Locker = 'A' | 'guard' | 'RENAME';

/** What is applied: everything before `position`, but for `leftover`. */
export interface Applied {
  readonly position: number;
  readonly leftover: Kinds;
}

export interface Checkpoint extends Applied {
  /** By table: how many chunks are copied. */
  readonly copied: readonly number[];
}

/** A statement that reads `rows` of a chunk's keys in its view and will write them. */
export interface Chunk {
  readonly keys: readonly number[];
  readonly rows: Rows;
}

/** A statement of a dead engine that the server works on all the same. */
export type Orphan = Chunk | { readonly deletes: number };

/** One round of the applier. Tables take turns by themselves. */
export interface Round {
  /** Where the tail was at its start. */
  readonly position: number;
  /** Tables whose turn has not come. */
  readonly waiting: readonly number[];
  /** In the hands of the applier. */
  readonly taken: Kinds;
  readonly leftover: Kinds;
}

/** One attempt of the cutover; its sessions are in the queues of `names`. */
export interface Attempt {
  readonly step: 'locking' | 'locked' | 'drained' | 'handing over' | 'swapping' | 'ending';
  /** The log's end when A had every table. */
  readonly position: number;
  /** Guards that were let go. */
  readonly letGo: number;
  /** One of these was gone already. */
  readonly broken: boolean;
}

export interface Engine {
  /** How much of the log is read. */
  readonly tail: number;
  readonly pending: Kinds;
  readonly applied: Applied;
  readonly round: Round | null;
  /** By table: chunks copied, and the one under way. */
  readonly copied: readonly number[];
  readonly chunks: readonly (Chunk | null)[];
  readonly attempt: Attempt | null;
}

export interface State {
  readonly log: readonly Event[];
  /** Events whose commits are not visible and not acknowledged yet, by place; their rows are locked (I3). */
  readonly inCommit: readonly number[];
  readonly shadow: Rows;
  /** By table. */
  readonly names: readonly (readonly Locker[])[];
  readonly sentry: boolean;
  readonly rename: 'not sent' | 'sent' | 'failed' | 'done';
  readonly orphans: readonly Orphan[];
  /** The journal. */
  readonly checkpoint: Checkpoint;
  readonly intent: boolean;
  /** Null when it has died. */
  readonly engine: Engine | null;
  readonly crashes: number;
  readonly settled: boolean;
}

/** The mechanisms that keep data right, each with a switch: without any one of them the checker must find a violation. */
export interface Safeties {
  /** I3: a changed key is re-read with a lock; a locked row is left for later. */
  readonly lockingRead: boolean;
  /** I3: while a table is being copied a `deleted` key is not taken at its word either: a later view may still show its row. */
  readonly deletesDecided: boolean;
  /** I4: copier and applier of a table take turns. */
  readonly exclusion: boolean;
  /** I5: the checkpoint's position is the applied one. */
  readonly onlyApplied: boolean;
  /** I5, I2: the next engine waits until the server has ended every session of the last one. */
  readonly predecessorGone: boolean;
  /** I1: the backlog is applied under the lock. */
  readonly drain: boolean;
  /** I7: the intent is journaled before the RENAME is sent. */
  readonly intent: boolean;
  /** I2: guards keep the names from A to the RENAME. */
  readonly guards: boolean;
  /** I2: a guard is let go only when the RENAME is seen behind it. */
  readonly probe: boolean;
  /** I2: as long as a guard may be lost too early, the RENAME fails. */
  readonly sentry: boolean;
  /** I2: what became of the RENAME is asked when no session of the attempt is left. */
  readonly outcomeFinal: boolean;
}

export const allSafeties: Safeties = {
  lockingRead: true,
  deletesDecided: true,
  exclusion: true,
  onlyApplied: true,
  predecessorGone: true,
  drain: true,
  intent: true,
  guards: true,
  probe: true,
  sentry: true,
  outcomeFinal: true,
};

export interface Bounds {
  /** By table, by chunk: keys. Every key is in one chunk. */
  readonly chunks: readonly (readonly (readonly number[])[])[];
  /** The copy is done before the history begins. */
  readonly copied: boolean;
  /** Keys that have a row at the beginning. */
  readonly rows: readonly number[];
  /** Writes of the service, and how many of them at once. */
  readonly writes: number;
  readonly writers: number;
  readonly crashes: number;
  /** Sessions of an attempt may be killed, and attempts may run out of time, at any moment. */
  readonly attemptsFail: boolean;
  /** Where the history ends. */
  readonly until: 'drained' | 'swapped';
}

export interface World {
  readonly bounds: Bounds;
  readonly safeties: Safeties;
}

export function initialState({ bounds }: World): State {
  const { chunks } = bounds;
  const keys = chunks.flat(2);
  const log = bounds.rows.map((key): Event => ({ key, kind: 'written' }));
  const none = keys.map(() => null);
  const copied = chunks.map((those) => (bounds.copied ? those.length : 0));
  const shadow = bounds.copied ? keys.map((key) => log.findIndex((event) => event.key === key) + 1) : keys.map(() => 0);
  const applied: Applied = { position: log.length, leftover: none };
  return {
    log,
    inCommit: [],
    shadow,
    names: chunks.map(() => []),
    sentry: false,
    rename: 'not sent',
    orphans: [],
    checkpoint: { ...applied, copied },
    intent: false,
    engine: engineAt({ ...applied, copied }),
    crashes: 0,
    settled: false,
  };
}

/** An engine that starts at a checkpoint. */
export function engineAt({ position, leftover, copied }: Checkpoint): Engine {
  const applied = { position, leftover };
  const chunks = copied.map(() => null);
  return { tail: position, pending: leftover, applied, round: null, copied, chunks, attempt: null };
}

export function tableOf({ bounds }: World, key: number): number {
  return bounds.chunks.findIndex((chunks) => chunks.flat().includes(key));
}

/** The row that everybody sees: that of the last event on the key whose commit is visible. */
export function visibleRow({ log, inCommit }: State, key: number): number {
  const at = log.findLastIndex((event, place) => event.key === key && !inCommit.includes(place));
  return log[at]?.kind === 'written' ? at + 1 : 0;
}

export function isLocked({ log, inCommit }: State, key: number): boolean {
  return inCommit.some((place) => log[place]!.key === key);
}

export function isInUse(world: World, { log, inCommit }: State, table: number): boolean {
  return inCommit.some((place) => tableOf(world, log[place]!.key) === table);
}

/** No session of A, of a guard or of the RENAME is on the server. */
export function isUnattended({ names, rename }: State): boolean {
  return names.flat().length === 0 && rename !== 'sent';
}

/** The list with one place changed. */
export function replaced<T>(list: readonly T[], at: number, item: T): readonly T[] {
  return list.map((old, i) => (i === at ? item : old));
}
