import { changesChildren, type ForeignKey } from '../schema/foreign-keys.js';
import { passingNameOf, quoteTable, type TableName } from '../schema/names.js';
import {
  distinct,
  isSame,
  leaving,
  type ClosedTables,
  type CutoverChange,
  type LockedGroup,
  type TableChange,
} from './change.js';
import { compareLockOrder } from './order.js';

/**
 * Which tables must be closed for a change, from the foreign keys of the project and of the shadow schema. Measured on 10.11:
 *
 * - RENAME and ALTER of a table take InnoDB's exclusive lock on its children. A transaction that holds rows there, or has written to a child of such a
 *   child (the check of its foreign key locks the parent's row, without a metadata lock), and then waits for a closed table, closes a circle which the
 *   server does not see. So the children of every such table, and the children of these, are closed.
 * - `LOCK TABLES t WRITE`, which an ALTER needs here, also locks what it may change by a cascade, on all levels, to write, and the other children of t and
 *   of these to read; and while it is on its way, t's parents to read (measured on 10.11 and 11.8). Those that it writes and a guard has must be in the same
 *   LOCK TABLES then; two such sessions must not want each other's tables; and while the RENAME touches one of these tables, it must come first.
 * - Between the RENAME and the last ALTER a parent's writer would see the wrong children: the parents stay closed.
 */
function closedTables(
  change: TableChange,
  neighbours: readonly TableName[],
  keys: readonly ForeignKey[],
): ClosedTables {
  const web = new Web(keys.map((key) => namedAsAfter(change, key)));
  const moving = distinct([...leaving(change).map(({ source }) => source), ...change.attached]);
  const arriving = [...change.swapped, ...change.created].map(({ target }) => target);
  const children = distinct(change.repointed.map(({ child }) => child));
  const closed = distinct([
    ...moving,
    ...children,
    ...web.nearDescendants([...moving, ...children]),
    ...neighbours,
    ...change.detached.map(({ parent }) => parent),
  ]).filter((name) => isAmong(moving, name) || !isAmong(arriving, name));
  // The constraints of a new table with triggers get their names after the RENAME.
  const altered = distinct([...children, ...change.triggers.flatMap(({ target }) => target ?? [])]);
  const kept = distinct([
    ...altered,
    ...web.nearDescendants(altered),
    ...[...change.repointed, ...change.detached].map(({ parent }) => parent),
  ]).filter((name) => isAmong(closed, name));
  const groups = web.groups(altered, kept).map((tables): LockedGroup => {
    return { tables, when: web.lockedWith(tables).some((name) => isAmong(moving, name)) ? 'late' : 'early' };
  });
  const late = groups.filter(({ when }) => when === 'late').flatMap(({ tables }) => tables);
  // Whoever reads them would keep the late ones waiting, and all others with them. When the RENAME has them, nobody does.
  const passed = distinct([...change.attached, ...children.filter((child) => isAmong(late, child))]);
  const contended = [...moving, ...passed];
  return { passed, neighbours: closed.filter((name) => !isAmong(contended, name)), kept, groups };
}

function isAmong(names: readonly TableName[], name: TableName): boolean {
  return names.some((other) => isSame(name, other));
}

/** A constraint of a shadow table as it will be when the table is live; others are as they are. */
function namedAsAfter(change: TableChange, key: ForeignKey): ForeignKey {
  return { ...key, child: nameAfter(change, key.child), parent: nameAfter(change, key.parent) };
}

function nameAfter({ swapped, created, attached }: TableChange, name: TableName): TableName {
  const moved = [...swapped, ...created].find(({ shadow }) => isSame(shadow, name));
  return moved?.target ?? attached.find((parent) => isSame(passingNameOf(parent), name)) ?? name;
}

class Web {
  readonly #keys: readonly ForeignKey[];

  constructor(keys: readonly ForeignKey[]) {
    this.#keys = keys;
  }

  /** The children of these tables, and the children of those. */
  nearDescendants(tables: readonly TableName[]): TableName[] {
    const children = this.childrenOf(tables);
    return distinct([...children, ...this.childrenOf(children)]);
  }

  /** Each of the tables with what LOCK TABLES would wait for when guards have `closed`; groups that want each other's tables are one. */
  groups(tables: readonly TableName[], closed: readonly TableName[]): TableName[][] {
    let groups: TableName[][] = [];
    for (const table of distinct(tables)) {
      const own = distinct([table, ...this.#changedWith([table]).filter((name) => isAmong(closed, name))]);
      const joined = groups.filter((group) => this.#wants(group, own) || this.#wants(own, group));
      groups = [...groups.filter((group) => !joined.includes(group)), distinct([...joined.flat(), ...own])];
    }
    return groups.map((group) => group.sort(compareLockOrder));
  }

  /** What LOCK TABLES … WRITE of these has in the end. */
  lockedWith(tables: readonly TableName[]): TableName[] {
    const changed = this.#changedWith(tables);
    return distinct([...changed, ...this.childrenOf(changed)]);
  }

  /** A session that locks the ones needs some of the others. */
  #wants(tables: readonly TableName[], others: readonly TableName[]): boolean {
    const parents = this.#keys.filter(({ child }) => isAmong(tables, child)).map(({ parent }) => parent);
    return [...this.lockedWith(tables), ...parents].some((name) => isAmong(others, name));
  }

  /** These tables, and those of which cascades from them change rows. */
  #changedWith(tables: readonly TableName[]): TableName[] {
    const cascades = this.#keys.filter(changesChildren);
    const found = [...tables];
    for (const name of found)
      for (const { child } of cascades.filter(({ parent }) => isSame(parent, name)))
        if (!isAmong(found, child)) found.push(child);
    return found;
  }

  childrenOf(tables: readonly TableName[]): TableName[] {
    const parents = new Set(tables.map(quoteTable));
    return distinct(this.#keys.filter(({ parent }) => parents.has(quoteTable(parent))).map(({ child }) => child));
  }
}

/**
 * The whole change: what moves, which tables that closes, and what must hold afterwards. `keys` are those of the project and of the shadow schema; one that
 * begins in the one and ends in the other may be among them twice.
 */
export function wholeChange(
  change: TableChange,
  neighbours: readonly TableName[],
  keys: readonly ForeignKey[],
): CutoverChange {
  const once = [...new Map(keys.map((key) => [`${quoteTable(key.child)} ${key.name}`, key])).values()];
  const isShadow = (name: TableName): boolean =>
    [...change.swapped, ...change.created].some(({ shadow }) => isSame(shadow, name));
  return {
    ...change,
    ...closedTables(change, neighbours, once),
    constraints: [
      ...once.filter(({ child }) => isShadow(child)).map((key) => namedAsAfter(change, key)),
      ...change.repointed,
    ],
  };
}
