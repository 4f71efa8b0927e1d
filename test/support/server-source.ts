import { messageOf } from '../../src/errors.js';
import { DockerHost, dockerObstacle } from './docker-server.js';
import { binariesFromDebian, binariesOnPath } from './mariadb-binaries.js';
import { PrivateHost } from './private-server.js';
import type { ServerHost } from './server-host.js';

/** Where private servers come from on this machine. */
export interface ServerSource {
  readonly description: string;
  createHost(): Promise<ServerHost>;
}

let found: Promise<ServerSource> | undefined;

/**
 * The first source that works: Docker, `mariadbd` on the PATH, Debian's packages. With `MARIADB_VERSION` (`11.8`) only one that gives this version.
 * Searched once per process.
 */
export function serverSource(): Promise<ServerSource> {
  return (found ??= search());
}

async function search(): Promise<ServerSource> {
  const docker = await dockerObstacle();
  if (docker === undefined) return { description: 'Docker', createHost: () => DockerHost.create() };
  const version = process.env['MARIADB_VERSION'];
  const onPath = await binariesOnPath();
  if (onPath !== undefined && (version === undefined || onPath.version.includes(` ${version}.`)))
    return { description: onPath.version, createHost: () => PrivateHost.create(onPath) };
  try {
    const debian = await binariesFromDebian(version);
    return { description: debian.version, createHost: () => PrivateHost.create(debian) };
  } catch (error) {
    throw new Error(
      [
        'The tests need a MariaDB and found none. Any one of these is enough:',
        '  1. a server whose root account is free to use: TIDEOVER_TEST_DSN=mariadb://root@host:port/ (password: TIDEOVER_TEST_PASSWORD);',
        '     it serves the shared databases only, tests that restart or kill a server need 2, 3 or 4',
        `  2. Docker: ${docker}`,
        `  3. mariadbd${version === undefined ? '' : ` ${version}`} on the PATH: ${onPath?.version ?? 'not there'}`,
        `  4. Debian's packages, unpacked into a cache without root: ${messageOf(error)}`,
      ].join('\n'),
      { cause: error },
    );
  }
}
