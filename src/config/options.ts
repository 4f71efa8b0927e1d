import { bufferOf, type Environment } from '../buffer/adapters.js';
import type { BufferLayer } from '../buffer/contract.js';
import type { ConnectionSettings } from '../db/dsn.js';
import { TideoverError } from '../errors.js';
import { commandHook } from '../migration/hooks.js';
import type { MigrationOptions } from '../migration/options.js';
import { loadConfig, type ConfigFile, type ConfiguredSource } from './config.js';
import { resolveConnection } from './connection.js';

/** What is to be changed. */
export type Change = Pick<MigrationOptions, 'alter' | 'table'>;

/** How it is to be done. */
export type Tuning = Partial<Omit<MigrationOptions, 'connection' | 'signal' | keyof Change>>;

/**
 * A config file as options for `createMigration`, to which the caller may add a signal, or lay options of its own over them. `alter` is empty when the file has
 * no source. Secrets are looked up in `environment`, else this process's. Throws `usage-error` with FILE:LINE:COLUMN.
 */
export async function readConfig(
  path: string,
  environment: Environment = process.env,
): Promise<Omit<MigrationOptions, 'signal'>> {
  const config = await loadConfig(path);
  return {
    connection: await connectionOf(config, environment),
    ...((await changeIn(config)) ?? { alter: [] }),
    ...tuningIn(config, environment),
  };
}

function connectionOf(config: ConfigFile, environment: Environment): Promise<ConnectionSettings> {
  if (config.content.connection === undefined) throw config.refuse('', 'the file has no connection');
  return resolveConnection({
    dsn: undefined,
    dsnOnArgv: false,
    defaultsFile: undefined,
    config,
    environment,
    ask: null,
  });
}

/** The file's copy, cutover, hold and hooks. Buffers are made, and connect to nothing. */
export function tuningIn(config: ConfigFile, environment: Environment): Tuning {
  const { copy, cutover, hold: { buffers, ...hold } = {}, hooks } = config.content;
  return {
    ...copy,
    ...cutover,
    ...hold,
    ...(buffers === undefined ? {} : { buffers: buffersOf(config, buffers, environment) }),
    ...(hooks === undefined ? {} : { hooks: hooksOf(hooks) }),
  };
}

/** Keys of `source` that the library has no option for yet: understood, but not done. */
const unsupported = [
  'knex',
  'command',
  'versionTables',
  'renameTables',
  'renames',
  'map',
  'acceptDataSteps',
] as const satisfies readonly (keyof ConfiguredSource)[];

/** The file's source, its files read; null when it has none. The one place where keys of `source` become options. */
export async function changeIn(config: ConfigFile): Promise<Change | null> {
  const { source } = config.content;
  if (source === undefined) return null;
  const missing = unsupported.find((key) => source[key] !== undefined);
  if (missing !== undefined)
    throw config.refuse(`source.${missing}`, `source.${missing} is not supported in this version`);
  const { alter, files, table } = source;
  const texts = alter ?? (await Promise.all((files ?? []).map((file, i) => config.read(`source.files.${i}`, file))));
  return { alter: texts, ...(table === undefined ? {} : { table }) };
}

function buffersOf(config: ConfigFile, specs: readonly string[], environment: Environment): BufferLayer[] {
  return specs.map((spec, i) => {
    try {
      return bufferOf(spec, environment);
    } catch (error) {
      if (!(error instanceof TideoverError)) throw error;
      throw config.refuse(`hold.buffers.${i}`, error.message, error.hint, error);
    }
  });
}

function hooksOf(commands: NonNullable<ConfigFile['content']['hooks']>): NonNullable<MigrationOptions['hooks']> {
  return Object.fromEntries(Object.entries(commands).map(([event, own]) => [event, own.map(commandHook)]));
}
