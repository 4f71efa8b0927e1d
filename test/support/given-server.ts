import { parseDsn } from '../../src/db/dsn.js';
import { Server } from '../../src/db/server.js';
import { messageOf } from '../../src/errors.js';
import type { SharedServer } from './global-setup.js';

/**
 * The server of `TIDEOVER_TEST_DSN` (`mariadb://root@host:port/`, password from `TIDEOVER_TEST_PASSWORD`), or undefined when
 * none is given. One that cannot carry the tests is an error, not a reason to look elsewhere.
 */
export async function givenServer(): Promise<SharedServer | undefined> {
  const dsn = process.env['TIDEOVER_TEST_DSN'];
  if (dsn === undefined || dsn === '') return undefined;
  const url = new URL(dsn);
  if (url.pathname === '' || url.pathname === '/') url.pathname = '/mysql';
  const settings = parseDsn(url.href);
  const password = process.env['TIDEOVER_TEST_PASSWORD'] ?? settings.password;
  const { host, port, user } = settings;
  const server = new Server({ ...settings, ...(password === undefined ? {} : { password }) });
  try {
    const session = await server.connectPlain('the tests');
    const row = await session
      .queryOne('SELECT @@log_bin AS log, @@binlog_format AS format, @@binlog_row_image AS image')
      .finally(() => session.close());
    if (row['log'] !== '1' || row['format'] !== 'ROW' || row['image'] !== 'FULL') {
      throw new Error('it needs log_bin=ON, binlog_format=ROW and binlog_row_image=FULL');
    }
  } catch (error) {
    throw new Error(`the server of TIDEOVER_TEST_DSN cannot be used: ${messageOf(error)}`, { cause: error });
  }
  return { host, port, user, password };
}
