import { TideoverError } from '../errors.js';

/** Where the project database is. The password never comes from argv. */
export interface ConnectionSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  /** Path of a unix socket; takes precedence over host and port. */
  readonly socketPath?: string;
  /** The project database. */
  readonly database: string;
}

/**
 * Parses `mariadb://user@host:port/database[?socket=/path]`; `mysql://` is the same.
 * A password inside the DSN is accepted for library use; the CLI refuses it.
 */
export function parseDsn(dsn: string): ConnectionSettings {
  const refuse = (what: string): never => {
    throw new TideoverError('usage-error', `the DSN is not usable: ${what}`, {
      hint: 'Write it as mariadb://user@host:port/database, with special characters percent-encoded.',
    });
  };
  let url: URL;
  try {
    url = new URL(dsn);
  } catch {
    return refuse('it is not a URL');
  }
  if (url.protocol !== 'mariadb:' && url.protocol !== 'mysql:') refuse(`unknown scheme "${url.protocol}"`);
  const database = decodeURIComponent(url.pathname.replace(/^\//, ''));
  if (database === '' || database.includes('/')) refuse('it names no database');
  if (url.username === '') refuse('it names no user');
  const socketPath = url.searchParams.get('socket');
  const unknown = [...url.searchParams.keys()].find((name) => name !== 'socket');
  if (unknown !== undefined) refuse(`unknown parameter "${unknown}"`);
  return {
    host: url.hostname === '' ? '127.0.0.1' : url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 3306 : Number(url.port),
    user: decodeURIComponent(url.username),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    ...(socketPath === null ? {} : { socketPath }),
    database,
  };
}

/**
 * Parses a replica, `mariadb://[user@]host[:port][?socket=/path]`; user and password are those of the primary unless it says otherwise. Throws `usage-error`, for a
 * password in it, too: it has no place on a command line.
 */
export function parseReplica(dsn: string, primary: ConnectionSettings, password?: string): ConnectionSettings {
  const url = URL.canParse(dsn) ? new URL(dsn) : null;
  if (
    url === null ||
    url.password !== '' ||
    url.pathname.replace(/^\//, '') !== '' ||
    (url.hostname === '' && !url.search)
  ) {
    throw new TideoverError(
      'usage-error',
      `--replica is no replica: ${url?.password ? 'it carries a password' : `"${dsn}"`}`,
      {
        hint: 'Write it as mariadb://user@host:port, without a database; its password is the primary’s, or TIDEOVER_REPLICA_PASSWORD.',
      },
    );
  }
  if (url.username === '') url.username = encodeURIComponent(primary.user);
  // Lag is not asked inside a database.
  url.pathname = '/none';
  const own = password ?? primary.password;
  return { ...parseDsn(url.href), ...(own === undefined ? {} : { password: own }), database: '' };
}
