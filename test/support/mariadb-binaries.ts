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

const packages = ['mariadb-server-core', 'mariadb-client-core'];
/** The plugins are in it, and much that is not needed here. */
const alone = ['mariadb-server'];

/** Releases of Debian, by the version of their MariaDB. */
const releases: Readonly<Record<string, string>> = { '10.11': 'bookworm', '11.8': 'trixie' };
const programs = ['usr/sbin/mariadbd', 'usr/bin/my_print_defaults', 'usr/bin/resolveip'];

/** Debian's packages from the cache, fetched once: the machine's own, or those of the release that has the MariaDB of this version. */
export async function binariesFromDebian(version?: string): Promise<MariadbBinaries> {
  if (version === undefined) {
    const root = await debianPackages('mariadb', packages, { alone });
    return describe('debian', join(root, 'usr/sbin/mariadbd'), debianEnvironment(root));
  }
  const name = releases[version];
  if (name === undefined) throw new Error(`no release of Debian is known to have MariaDB ${version}`);
  const root = await debianPackages('mariadb', packages, { alone, release: { name, programs } });
  return describe('debian', join(root, 'usr/sbin/mariadbd'), process.env);
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
