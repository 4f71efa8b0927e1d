import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cached } from './cache.js';
import { runCommand } from './command.js';
import type { MariadbBinaries } from './mariadb-binaries.js';

/** Only a server that was asked for it may run as root. */
export const userArgs: readonly string[] = process.getuid?.() === 0 ? ['--user=root'] : [];

/** A data directory as after the installation, with `root` free to enter; made once per version of the server. To be copied, not used. */
export async function templateDataDir(binaries: MariadbBinaries): Promise<string> {
  const key = createHash('sha256').update(`${binaries.mariadbd} ${binaries.version}`).digest('hex').slice(0, 16);
  const folder = await cached(`template-${key}`, async (draft) => {
    const args = ['--no-defaults', ...userArgs, ...binaries.args, `--datadir=${join(draft, 'data')}`];
    const options = ['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'];
    // Small, because it is copied for every server; a server with another size resizes it when it starts.
    const sizes = ['--innodb-log-file-size=16M', '--innodb-flush-method=nosync'];
    await runCommand('sh', [binaries.installDb, ...args, ...options, ...sizes], { env: binaries.env });
  });
  return join(folder, 'data');
}
