import type { Session } from '../db/session.js';
import { isSame, type CutoverChange } from './change.js';
import type { CutoverSafeties } from './contract.js';
import type { Guard, Rewirer } from './guards.js';
import type { Limit } from './limit.js';
import { isWritePending, untilPending } from './probe.js';
import { detachedKeys, detachSql, dropTriggersSql, rewire } from './rewiring.js';
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
  const { keepers, neighbours, rewirers, control } = sessions;
  await reached('renamed');
  if (!safeties.closing) return;
  await limit.within(Promise.all(keepers.map((keeper) => keeper.granted())));
  // The guards of the tables that were swapped have nothing to do any more.
  const idle = new Workers([sessions.swap, ...sessions.guards.map(({ session }) => session)].slice(0, alterAtOnce));
  await limit.within(cutOld(idle, change));
  await reached('detached');
  await limit.within(Promise.all(rewirers.map((rewirer) => lockGroup(rewirer, parts))));
  await reached('rewiring');
  const slots = new Workers(Array.from({ length: alterAtOnce }, () => undefined));
  await limit.within(
    Promise.all(rewirers.map(({ session, tables }) => slots.run(() => rewire(session, tables, change)))),
  );
  await reached('rewired');
  await limit.within(
    Promise.all([
      ...rewirers.map((rewirer) => rewirer.letGo()),
      ...[...keepers, ...neighbours].map((guard) => guard.release(control)),
    ]),
  );
}

/** What ties the old tables to those that stay. */
async function cutOld(idle: Workers<Session>, change: CutoverChange): Promise<void> {
  const statements = [
    ...detachedKeys(change).map(({ place, keys }) => detachSql(place, keys)),
    ...dropTriggersSql(change),
  ];
  await Promise.all(statements.map((sql) => idle.run((session) => session.execute(sql))));
}

/** Goes with the session from table to table: the guard of each is let go when the session waits behind it. */
async function lockGroup(rewirer: Rewirer, { sessions }: FollowUpParts): Promise<void> {
  const { probe, control, keepers, neighbours } = sessions;
  for (const table of rewirer.tables) {
    await untilPending(
      () => isWritePending(probe, table),
      () => !rewirer.hasEnded,
    );
    const guard: Guard | undefined = [...keepers, ...neighbours].find((candidate) => isSame(candidate.table, table));
    await guard?.release(control);
  }
  await rewirer.granted();
}
