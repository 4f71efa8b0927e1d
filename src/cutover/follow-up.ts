import type { Session } from '../db/session.js';
import { leaving, type CutoverChange } from './change.js';
import type { CutoverSafeties } from './contract.js';
import type { TableName } from '../schema/names.js';
import { allWaiting, refuseEnded, type Guard, type Rewirer } from './guards.js';
import type { Limit } from './limit.js';
import { comesUnhindered, nudgeAll } from './nudge.js';
import { isWritePending, untilPending } from './probe.js';
import { alter, cutOffSql, rewire } from './rewiring.js';
import type { AttemptSessions } from './sessions.js';
import type { SwappedTables } from './swap.js';
import { Workers } from '../util/workers.js';

export interface FollowUpParts {
  readonly sessions: AttemptSessions;
  readonly change: CutoverChange;
  readonly limit: Limit;
  readonly safeties: CutoverSafeties;
  readonly reached: (point: 'renamed' | 'detached' | 'rewiring' | 'rewired') => Promise<void>;
}

/** The server's part of an ALTER is mostly waiting for its files; more at once gained nothing on 2 cores. */
const alterAtOnce = 8;

/**
 * What must be done before any writer gets in: the retired tables let go of what stays, children that stay are re-pointed, triggers are made on the new
 * tables. Everything that this concerns is closed, by guards that stood in B's queue; then all is opened. Demands the proof that B is done.
 */
export async function followUp(_swapped: SwappedTables, parts: FollowUpParts): Promise<void> {
  const { sessions, change, limit, safeties, reached } = parts;
  const { keepers, rewirers } = sessions;
  await reached('renamed');
  if (!safeties.closing) return;
  const isKept = (guard: Guard): boolean => change.kept.some((name) => guard.guards(name));
  const neighbours = sessions.neighbours.filter(isKept);
  const free = sessions.neighbours.filter((guard) => !isKept(guard)).map((guard) => guard.letGo());
  // Keepers have their tables since B's end.
  await limit.within(Promise.all([...free, refuseEnded(keepers)]));
  // The guards of the tables that were swapped have nothing to do any more.
  const idle = sessions.guards.map(({ session }) => session).slice(0, alterAtOnce);
  await limit.within(cutOff(sessions.swap, idle, change));
  await reached('detached');
  const late = rewirers.filter(({ group }) => group.when === 'late');
  await limit.within(Promise.all(late.map((rewirer) => new GroupLock(rewirer, parts).take())));
  await reached('rewiring');
  const slots = new Workers(Array.from({ length: alterAtOnce }, (_, slot) => slot));
  await limit.within(
    Promise.all(rewirers.map(({ session, group }) => slots.run(() => rewire(session, group.tables, change)))),
  );
  await reached('rewired');
  await limit.within(
    Promise.all([
      ...rewirers.map((rewirer) => rewirer.letGo()),
      ...[...keepers, ...neighbours].map((guard) => guard.letGo()),
    ]),
  );
}

/**
 * What ties the old tables to those that stay. Their ALTERs come one after the other: each has its table alone, and then wants the metadata locks of the
 * table's children. Two tables that are each other's children would wait for each other until the deadline (seen on 10.11; the server does not end it).
 */
async function cutOff(one: Session, others: readonly Session[], change: CutoverChange): Promise<void> {
  const tables = leaving(change).map((table) => cutOffSql(change, table));
  const workers = new Workers(others);
  const inTurn = async (session: Session, statements: readonly string[]): Promise<void> => {
    for (const sql of statements) await alter(session, sql);
  };
  await Promise.all([
    inTurn(
      one,
      tables.flatMap(({ keys }) => keys),
    ),
    ...tables.map(({ triggers }) => workers.run((session) => inTurn(session, triggers))),
  ]);
  await inTurn(
    one,
    tables.flatMap(({ move }) => move),
  );
}

/** Goes with a session from table to table: the guard of each is let go when the session waits behind it. */
class GroupLock {
  readonly #rewirer: Rewirer;
  readonly #parts: FollowUpParts;

  constructor(rewirer: Rewirer, parts: FollowUpParts) {
    this.#rewirer = rewirer;
    this.#parts = parts;
  }

  async take(): Promise<void> {
    const { tables } = this.#rewirer.group;
    await this.#waitsAt(tables[0]!);
    for (const [i, table] of tables.entries()) {
      const next = tables[i + 1];
      const guard = this.#guardOf(table);
      await guard.letGo();
      const further = next ? this.#waitsAt(next) : this.#rewirer.returned();
      while (!(await comesUnhindered(further))) await this.#freeTheWay(guard, further);
      await further;
    }
  }

  async #waitsAt(table: TableName): Promise<void> {
    const { probe } = this.#parts.sessions;
    await untilPending(
      () => isWritePending(probe, table),
      () => !this.#rewirer.hasEnded && !this.#parts.limit.isOver,
    );
  }

  /**
   * Somebody who has read the table is in the way. Its guard is put back, which readers' locks and the waiting request let happen: so the session cannot arrive
   * at another guard just when that one is nudged, and be the victim in a moment in which nothing may open. It waits aside: were it nudged like the
   * others, the server would find its circle first. When the session has got the table meanwhile, the guard waits behind it, to no avail.
   */
  async #freeTheWay(guard: Guard, further: Promise<void>): Promise<void> {
    const { sessions, limit } = this.#parts;
    if (limit.isOver) {
      await further;
      return;
    }
    guard.queue(sessions.aside);
    await allWaiting(sessions.probe, [guard], () => !limit.isOver);
    await this.#nudgeOthers(guard);
    await guard.letGo();
  }

  async #nudgeOthers(guard: Guard): Promise<void> {
    const { sessions, safeties } = this.#parts;
    if (!safeties.nudging) return;
    const { keepers, neighbours, rewirers } = sessions;
    const others = [...keepers, ...neighbours, ...rewirers].filter((other) => other !== guard);
    await nudgeAll(others, this.#rewirer.userLock);
  }

  /** Every table of a group has one: a keeper when the RENAME touches it, else a neighbour's guard. */
  #guardOf(table: TableName): Guard {
    const { keepers, neighbours } = this.#parts.sessions;
    return [...keepers, ...neighbours].find((guard) => guard.guards(table))!;
  }
}
