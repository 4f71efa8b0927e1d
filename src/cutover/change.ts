import type { ForeignKey } from '../schema/foreign-keys.js';
import { heldNameOf, quoteTable, type TableName } from '../schema/names.js';
import type { Trigger } from '../schema/triggers.js';

/** A table that gets a successor: `source` goes to `retired`, `shadow` becomes `target`, which is the source's own name unless the change renames it. */
export interface SwapTable {
  readonly source: TableName;
  readonly shadow: TableName;
  readonly retired: TableName;
  readonly target: TableName;
}

/** A table that the change makes: it only moves in. */
export interface CreatedTable {
  readonly shadow: TableName;
  readonly target: TableName;
}

/** A table that goes without a successor. */
export interface DroppedTable {
  readonly source: TableName;
  readonly retired: TableName;
}

/** A trigger of a source. `target` is the table that it must be on afterwards, null when its table goes without a successor. */
export interface MovedTrigger {
  readonly trigger: Trigger;
  readonly source: TableName;
  readonly target: TableName | null;
}

/** What a cutover does to the tables and to what hangs on them. A value: it is journaled, so that another engine can finish it. */
export interface TableChange {
  readonly swapped: readonly SwapTable[];
  readonly created: readonly CreatedTable[];
  readonly dropped: readonly DroppedTable[];
  /** Parents that stay, of foreign keys of new tables: the RENAME passes them through `passingNameOf`. */
  readonly attached: readonly TableName[];
  /** Of tables that stay, to sources; as they must be afterwards. */
  readonly repointed: readonly ForeignKey[];
  /** Of sources, to tables that stay; as they are before. The retired tables must not have them. */
  readonly detached: readonly ForeignKey[];
  /** Of new tables, as they are afterwards, without an equal one before: the service may have written rows that violate them. */
  readonly added: readonly ForeignKey[];
  readonly triggers: readonly MovedTrigger[];
}

/** Which tables that need, besides those that move (see web.ts). */
export interface ClosedTables {
  /** Tables that stay and that RENAME passes through `passingNameOf`: attached parents, and what must be free of readers in late groups. */
  readonly passed: readonly TableName[];
  /** Further tables that stay, whose writers are kept out until the RENAME has returned. */
  readonly neighbours: readonly TableName[];
  /** Those of all these, and of the new tables, that must stay closed after it, until everything is done. */
  readonly kept: readonly TableName[];
  readonly groups: readonly LockedGroup[];
}

/** Tables that one session locks together, to alter the children and to make the triggers that are among them. */
export interface LockedGroup {
  /** In lock order. */
  readonly tables: readonly TableName[];
  /** `early`: before the RENAME, in place of guards; `late`: after it, because the RENAME needs some of them itself. */
  readonly when: 'early' | 'late';
}

export interface CutoverChange extends TableChange, ClosedTables {
  /** Every foreign key that the new tables and the re-pointed children must have afterwards. */
  readonly constraints: readonly ForeignKey[];
}

/** What moves, and nothing around it. */
export function changeOf(swapped: readonly SwapTable[]): CutoverChange {
  return {
    swapped,
    created: [],
    dropped: [],
    attached: [],
    repointed: [],
    detached: [],
    added: [],
    triggers: [],
    passed: [],
    neighbours: [],
    kept: [],
    groups: [],
    constraints: [],
  };
}

/** The names that somebody else uses and that the RENAME takes for itself. */
export function contendedNames({ swapped, dropped, passed }: CutoverChange): TableName[] {
  return [...leaving({ swapped, dropped }).map(({ source }) => source), ...passed];
}

/** Every table whose writers wait. */
export function closedNames(change: CutoverChange): TableName[] {
  return [...contendedNames(change), ...change.neighbours];
}

/** Every source with the name under which it is kept. */
export function leaving({ swapped, dropped }: Pick<TableChange, 'swapped' | 'dropped'>): readonly DroppedTable[] {
  return [...swapped, ...dropped];
}

/** Where a source is right after the RENAME: one with triggers may not leave its schema before they are dropped (error 1435). */
export function placeAfterRename(
  { triggers }: Pick<TableChange, 'triggers'>,
  { source, retired }: DroppedTable,
): TableName {
  return triggers.some((moved) => isSame(moved.source, source)) ? heldNameOf(source) : retired;
}

/** Neighbours that have guards of their own. */
export function guardedNeighbours({ neighbours, groups }: ClosedTables): TableName[] {
  const early = groups.filter(({ when }) => when === 'early').flatMap(({ tables }) => tables);
  return neighbours.filter((name) => !early.some((other) => isSame(name, other)));
}

/** What the RENAME touches and what must stay closed after it: each of these needs one more guard. */
export function keptNames(change: CutoverChange): TableName[] {
  const contended = contendedNames(change);
  return change.kept.filter((name) => contended.some((other) => isSame(name, other)));
}

export function isSame(a: TableName, b: TableName): boolean {
  return a.schema === b.schema && a.table === b.table;
}

/** Each name once. */
export function distinct(names: readonly TableName[]): TableName[] {
  return [...new Map(names.map((name) => [quoteTable(name), name])).values()];
}

/** How many sessions guard one table each. */
export function guardCount(change: CutoverChange): number {
  return contendedNames(change).length + guardedNeighbours(change).length + keptNames(change).length;
}
