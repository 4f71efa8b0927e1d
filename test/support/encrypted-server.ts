import { quoteString } from '../../src/db/quote.js';
import type { TestServer } from './server.js';

const key = 'a'.repeat(64);

/** Restarts the server so that its binlog is encrypted on its disk; the server itself writes the key file, wherever it runs. */
export async function encryptBinlog(server: TestServer, args: readonly string[] = []): Promise<void> {
  const session = await server.connect();
  const { folder } = await session.queryOne('SELECT @@datadir AS folder');
  const file = `${folder ?? ''}keys.txt`;
  await session.execute(`SELECT '1;${key}' INTO DUMPFILE ${quoteString(file)}`);
  await session.close();
  await server.restart([
    ...args,
    '--plugin-load-add=file_key_management',
    `--file-key-management-filename=${file}`,
    '--encrypt-binlog=1',
  ]);
}
