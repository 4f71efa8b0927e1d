import { readFile } from 'node:fs/promises';
import { parseDsn, type ConnectionSettings } from '../db/dsn.js';
import { messageOf, TideoverError } from '../errors.js';
import type { ConfigFile } from './config.js';
import { parseDefaults, type ClientDefaults } from './defaults-file.js';
import type { Environment } from '../buffer/adapters.js';

/** Where the parts of a connection come from. */
export interface ConnectionSource {
  readonly dsn: string | undefined;
  /** True when the DSN stands on the command line, where everybody on the host can read it. */
  readonly dsnOnArgv: boolean;
  readonly defaultsFile: string | undefined;
  /** Says the connection when there is no DSN; null without a config file. */
  readonly config: ConfigFile | null;
  /** TIDEOVER_PASSWORD, and what the config file refers to. */
  readonly environment: Environment;
  /** Asks at the terminal; null when there is none. */
  readonly ask: ((question: string) => Promise<string>) | null;
}

/**
 * The connection that the operator means. A DSN replaces the config file's connection; what either says goes before the defaults file. The password
 * comes from TIDEOVER_PASSWORD, else from where the config file says, else the defaults file, else the terminal. Throws `usage-error`.
 */
export async function resolveConnection(source: ConnectionSource): Promise<ConnectionSettings> {
  const { settings, password: own } =
    source.dsn === undefined ? await configured(source) : await named(source.dsn, source);
  const password =
    source.environment['TIDEOVER_PASSWORD'] ??
    own ??
    (await source.ask?.(`Password of ${settings.user} at ${settings.socketPath ?? settings.host} (empty for none): `));
  return password === undefined || password === '' ? settings : { ...settings, password };
}

/** A connection without its password, and the password if it is known. */
interface Known {
  readonly settings: ConnectionSettings;
  readonly password: string | undefined;
}

async function named(dsn: string, source: ConnectionSource): Promise<Known> {
  const defaults = source.defaultsFile === undefined ? {} : await readDefaults(source.defaultsFile);
  const { password, ...settings } = parseDsn(completeDsn(dsn, defaults));
  if (source.dsnOnArgv && password !== undefined) {
    throw new TideoverError('usage-error', 'the DSN on the command line carries a password', {
      hint: 'Everybody on this host can read it there: set TIDEOVER_PASSWORD, or use --defaults-file.',
    });
  }
  return { settings, password: password ?? defaults.password };
}

async function configured({ config, defaultsFile, environment }: ConnectionSource): Promise<Known> {
  const connection = config?.content.connection;
  if (!config || !connection) {
    throw new TideoverError('usage-error', 'no DSN was given', {
      hint: 'Give --dsn mariadb://user@host:port/database, or set TIDEOVER_DSN, or give --config FILE with a connection.',
    });
  }
  const defaults = await configuredDefaults(config, defaultsFile);
  const { host, port, socket, database, user = defaults.user } = connection;
  if (database === undefined) throw config.refuse('connection', 'connection names no database', 'Add database: NAME.');
  if (user === undefined) throw config.refuse('connection', 'connection names no user', 'Add user: NAME.');
  // As with a DSN, port and socket of the defaults file belong to a server that the file names itself.
  const server = host === undefined && socket === undefined ? defaults : {};
  const socketPath = socket === undefined ? server.socket : config.resolve(socket);
  const settings: ConnectionSettings = {
    host: host ?? server.host ?? '127.0.0.1',
    port: port ?? server.port ?? 3306,
    user,
    database,
    ...(socketPath === undefined || port !== undefined ? {} : { socketPath }),
  };
  // A reference that leads nowhere is no matter while the environment has the password.
  if (environment['TIDEOVER_PASSWORD'] !== undefined) return { settings, password: undefined };
  return { settings, password: (await configuredPassword(config, environment)) ?? defaults.password };
}

function configuredDefaults(config: ConfigFile, given: string | undefined): Promise<ClientDefaults> | ClientDefaults {
  const own = config.content.connection?.defaultsFile;
  if (given !== undefined) return readDefaults(given);
  if (own === undefined) return {};
  return readDefaults(config.resolve(own)).catch((error: unknown) => {
    const { hint } = error as TideoverError;
    throw config.refuse('connection.defaultsFile', messageOf(error), hint, error);
  });
}

async function configuredPassword(config: ConfigFile, environment: Environment): Promise<string | undefined> {
  const { env, file } = config.content.connection?.password ?? {};
  if (env !== undefined) {
    const value = environment[env];
    if (value !== undefined) return value;
    throw config.refuse('connection.password.env', `the environment has no ${env}`, `Set ${env} to the password.`);
  }
  if (file === undefined) return undefined;
  return (await config.read('connection.password.file', file)).replace(/\r?\n$/, '');
}

async function readDefaults(path: string): Promise<ClientDefaults> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new TideoverError('usage-error', `the defaults file cannot be read: ${messageOf(error)}`, {
      cause: error,
      hint: 'Give a path that this user may read.',
    });
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
