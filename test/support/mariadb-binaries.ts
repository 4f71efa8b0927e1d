import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from './command.js';
import { debianEnvironment, debianPackages, programOnPath } from './debian-packages.js';

/** A `mariadbd` that this machine can run, and where its parts are. */
export interface MariadbBinaries {
  readonly origin: 'path' | 'debian';
  readonly mariadbd: string;
  readonly installDb: string;
  readonly baseDir: string;
  /** Arguments without which this mariadbd does not find its own parts. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** As `mariadbd --version` says it; names the template data directory. */
  readonly version: string;
}

/** `mariadbd` on the PATH, also where distributions keep daemons that a user's PATH leaves out; undefined when there is none. */
export async function binariesOnPath(): Promise<MariadbBinaries | undefined> {
  const mariadbd = await programOnPath('mariadbd');
  return mariadbd === undefined ? undefined : describe('path', realpathSync(mariadbd), process.env);
}

/** Debian's packages from the cache, fetched once. */
export async function binariesFromDebian(): Promise<MariadbBinaries> {
  const root = await debianPackages('mariadb', ['mariadb-server-core', 'mariadb-client-core']);
  return describe('debian', join(root, 'usr/sbin/mariadbd'), debianEnvironment(root));
}

async function describe(
  origin: MariadbBinaries['origin'],
  mariadbd: string,
  env: NodeJS.ProcessEnv,
): Promise<MariadbBinaries> {
  const baseDir = dirname(dirname(mariadbd));
  const find = (...candidates: string[]) =>
    candidates.map((name) => join(baseDir, name)).find((path) => existsSync(path));
  const installDb = find('bin/mariadb-install-db', 'scripts/mariadb-install-db', 'bin/mysql_install_db');
  if (installDb === undefined) throw new Error(`there is no mariadb-install-db beside ${mariadbd}`);
  const messages = find('share/mysql', 'share/mariadb');
  const plugins = find('lib/mysql/plugin', 'lib64/mysql/plugin', 'lib/plugin');
  return {
    origin,
    mariadbd,
    installDb,
    baseDir,
    args: [
      `--basedir=${baseDir}`,
      ...(messages === undefined ? [] : [`--lc-messages-dir=${messages}`]),
      ...(plugins === undefined ? [] : [`--plugin-dir=${plugins}`]),
    ],
    env,
    version: (await runCommand(mariadbd, ['--no-defaults', '--version'], { env })).trim(),
  };
}
