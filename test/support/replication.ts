import { setTimeout as delay } from 'node:timers/promises';
import { quoteString } from '../../src/db/quote.js';
import type { Address } from './server-host.js';
import type { TestServer } from './server.js';
import { withSession } from './sessions.js';

/** A replica that does not run, or stays behind, for this long is broken. */
const limitS = 60;

/** Makes `replica` follow the server at `primary` from its first transaction on; resolves when both threads run. */
export async function follow(replica: TestServer, primary: Address, user: string): Promise<void> {
  await withSession(replica, async (session) => {
    await session.execute(
      `CHANGE MASTER TO MASTER_HOST = ${quoteString(primary.host)}, MASTER_PORT = ${primary.port}, ` +
        `MASTER_USER = ${quoteString(user)}, MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 1`,
    );
    await session.execute('START SLAVE');
    const deadline = Date.now() + limitS * 1000;
    for (;;) {
      const status = await session.queryOne('SHOW SLAVE STATUS');
      if (status['Slave_IO_Running'] === 'Yes' && status['Slave_SQL_Running'] === 'Yes') return;
      const failure = `${status['Last_IO_Error'] ?? ''}${status['Last_SQL_Error'] ?? ''}`;
      if (failure !== '' || Date.now() > deadline) {
        throw new Error(`replication does not run: ${failure}. Error log:\n${await replica.logTail()}`);
      }
      await delay(20);
    }
  });
}

/** Resolves when `replica` has applied what `primary` has logged so far. */
export async function waitUntilCaughtUp(replica: TestServer, primary: TestServer): Promise<void> {
  const { position } = await withSession(primary, (session) =>
    session.queryOne('SELECT @@GLOBAL.gtid_binlog_pos AS position'),
  );
  await withSession(replica, async (session) => {
    const wait = `SELECT MASTER_GTID_WAIT(${quoteString(position ?? '')}, ${limitS}) AS result`;
    const { result } = await session.queryOne(wait);
    if (result === '0') return;
    const status = await session.queryOne('SHOW SLAVE STATUS');
    throw new Error(
      `the replica did not reach ${position ?? '?'} within ${limitS} s; it is at ${status['Gtid_IO_Pos'] ?? '?'}: ` +
        `${status['Last_IO_Error'] ?? ''}${status['Last_SQL_Error'] ?? ''}. Error log:\n${await replica.logTail()}`,
    );
  });
}
