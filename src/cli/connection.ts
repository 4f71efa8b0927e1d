import { readFile } from 'node:fs/promises';
import { messageOf, TideoverError } from '../errors.js';
import { parseDsn, type ConnectionSettings } from '../index.js';
import { parseDefaults, type ClientDefaults } from './defaults-file.js';

/** Where the parts of a connection come from. */
export interface ConnectionSource {
  readonly dsn: string | undefined;
  /** True when the DSN stands on the command line, where everybody on the host can read it. */
  readonly dsnOnArgv: boolean;
  readonly defaultsFile: string | undefined;
  /** TIDEOVER_PASSWORD. */
  readonly password: string | undefined;
  /** Asks at the terminal; null when there is none. */
  readonly ask: ((question: string) => Promise<string>) | null;
}

/**
 * The connection that the operator means. What the DSN says goes before the defaults file; the password comes from the environment,
 * else the defaults file, else the terminal. Throws `usage-error`.
 */
export async function resolveConnection(source: ConnectionSource): Promise<ConnectionSettings> {
  if (source.dsn === undefined) {
    throw new TideoverError('usage-error', 'no DSN was given', {
      hint: 'Give --dsn mariadb://user@host:port/database, or set TIDEOVER_DSN.',
    });
  }
  const defaults = source.defaultsFile === undefined ? {} : await readDefaults(source.defaultsFile);
  const settings = parseDsn(completeDsn(source.dsn, defaults));
  if (source.dsnOnArgv && settings.password !== undefined) {
    throw new TideoverError('usage-error', 'the DSN on the command line carries a password', {
      hint: 'Everybody on this host can read it there: set TIDEOVER_PASSWORD, or use --defaults-file.',
    });
  }
  const password =
    source.password ??
    settings.password ??
    defaults.password ??
    (await source.ask?.(`Password of ${settings.user} at ${settings.socketPath ?? settings.host} (empty for none): `));
  return withPassword(settings, password === '' ? undefined : password);
}

function withPassword(settings: ConnectionSettings, password: string | undefined): ConnectionSettings {
  const { host, port, user, socketPath, database } = settings;
  return {
    host,
    port,
    user,
    database,
    ...(socketPath === undefined ? {} : { socketPath }),
    ...(password === undefined ? {} : { password }),
  };
}

async function readDefaults(path: string): Promise<ClientDefaults> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new TideoverError('usage-error', `the defaults file cannot be read: ${messageOf(error)}`, { cause: error });
  }
  return parseDefaults(text);
}

/** Puts the defaults where the DSN is silent. A DSN that is no URL is left for parseDsn to refuse. */
function completeDsn(dsn: string, defaults: ClientDefaults): string {
  let url: URL;
  try {
    url = new URL(dsn);
  } catch {
    return dsn;
  }
  const namesServer = url.hostname !== '' || url.searchParams.has('socket');
  if (!namesServer && defaults.socket !== undefined) url.searchParams.set('socket', defaults.socket);
  if (url.hostname === '') url.hostname = hostInUrl(defaults.host ?? '127.0.0.1');
  if (!namesServer && url.port === '' && defaults.port !== undefined) url.port = String(defaults.port);
  if (url.username === '' && defaults.user !== undefined) url.username = encodeURIComponent(defaults.user);
  return url.href;
}

/** An IPv6 address stands in brackets. */
function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
