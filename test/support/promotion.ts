import { quoteString } from '../../src/db/quote.js';
import { startServer, type TestReplica, type TestServer } from './server.js';
import { withSession } from './sessions.js';

/** What was acknowledged is in the replica's relay log by then: a primary that dies takes nothing with it. */
const primaryArgs = [
  '--rpl-semi-sync-master-enabled=1',
  '--rpl-semi-sync-master-wait-point=AFTER_SYNC',
  '--rpl-semi-sync-master-timeout=600000',
];
const replicaArgs = [
  '--rpl-semi-sync-slave-enabled=1',
  '--slave-parallel-threads=4',
  '--slave-parallel-mode=optimistic',
];

/** A primary whose commits wait for its replica, which replays them in parallel. The primary's `stop` ends both. */
export async function startPair(
  args: readonly string[] = [],
): Promise<{ readonly primary: TestServer; readonly replica: TestReplica }> {
  const primary = await startServer({ args: primaryArgs });
  return { primary, replica: await primary.startReplica({ args: [...replicaArgs, ...args] }) };
}

/** The primary is dead: the replica replays what it has got, and is a primary itself when this resolves. */
export function promote(replica: TestReplica): Promise<void> {
  return withSession(replica, async (session) => {
    await session.execute('STOP SLAVE IO_THREAD');
    const { Gtid_IO_Pos: received } = await session.queryOne('SHOW SLAVE STATUS');
    const { result } = await session.queryOne(`SELECT MASTER_GTID_WAIT(${quoteString(received!)}, 60) AS result`);
    if (result !== '0') throw new Error(`the replica did not replay ${received}: ${await replica.logTail()}`);
    await session.execute('STOP SLAVE');
    await session.execute('RESET SLAVE ALL');
  });
}
