import { bufferOf, type Environment } from '../buffer/adapters.js';
import type { BufferLayer } from '../buffer/contract.js';
import type { ConnectionSettings } from '../db/dsn.js';
import { quoteId } from '../db/quote.js';
import { TideoverError } from '../errors.js';
import type { ChangeOptions } from '../migration/change-options.js';
import { commandHook } from '../migration/hooks.js';
import type { MigrationOptions } from '../migration/options.js';
import { loadConfig, type ConfigFile } from './config.js';
import { resolveConnection } from './connection.js';

/** How it is to be done. */
export type Tuning = Partial<Omit<MigrationOptions, 'connection' | 'signal' | keyof ChangeOptions>>;

/**
 * A config file as options for `createMigration`, to which the caller may add a signal, or lay options of its own over them. Without a source in the file it names no change. Secrets are looked up in `environment`, else this process's. Throws `usage-error` with FILE:LINE:COLUMN.
 */
export async function readConfig(
  path: string,
  environment: Environment = process.env,
): Promise<Omit<MigrationOptions, 'signal'>> {
  const config = await loadConfig(path);
  return {
    connection: await connectionOf(config, environment),
    ...(await changeIn(config)),
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

/** The file's copy, cutover, throttle, hold and hooks. Buffers are made, and connect to nothing. */
export function tuningIn(config: ConfigFile, environment: Environment): Tuning {
  const {
    copy,
    cutover: { mapBack, ...cutover } = {},
    throttle,
    hold: { buffers, ...hold } = {},
    hooks,
  } = config.content;
  const replicaPassword = environment['TIDEOVER_REPLICA_PASSWORD'];
  return {
    ...copy,
    ...cutover,
    ...(mapBack === undefined ? {} : { mapsBack: expressionsOf(mapBack) }),
    ...throttle,
    ...(throttle?.throttleFile === undefined ? {} : { throttleFile: config.resolve(throttle.throttleFile) }),
    ...(replicaPassword === undefined ? {} : { replicaPassword }),
    ...hold,
    ...(buffers === undefined ? {} : { buffers: buffersOf(config, buffers, environment) }),
    ...(hooks === undefined ? {} : { hooks: hooksOf(hooks) }),
  };
}

/** The file's source, its files read; nothing when it has none. The one place where keys of `source` become options. */
export async function changeIn(config: ConfigFile): Promise<ChangeOptions> {
  const { source } = config.content;
  if (source === undefined) return {};
  const { alter, files, table, knex, command, versionTables, renameTables, renames, map, acceptDataSteps } = source;
  const change: ChangeOptions = {
    ...(alter === undefined ? {} : { alter }),
    ...(table === undefined ? {} : { table }),
    ...(files === undefined
      ? {}
      : { sql: await Promise.all(files.map((file, i) => config.read(`source.files.${i}`, file))) }),
    ...(knex === undefined ? {} : { knex: config.resolve(knex) }),
    ...(command === undefined ? {} : { command }),
    ...(versionTables === undefined ? {} : { versionTables }),
    ...(renameTables === undefined
      ? {}
      : { tableRenames: pairs(renameTables).map(([from, to]) => `${quoteId(from)}:${quoteId(to)}`) }),
    ...(renames === undefined
      ? {}
      : { renames: byTable(renames, (table, from, to) => `${quoteId(table)}.${quoteId(from)}:${quoteId(to)}`) }),
    ...(map === undefined ? {} : { maps: expressionsOf(map) }),
    ...(acceptDataSteps === undefined ? {} : { acceptDataSteps }),
  };
  return change;
}

function pairs<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record);
}

function expressionsOf(map: Readonly<Record<string, Readonly<Record<string, string>>>>): string[] {
  return byTable(map, (table, column, sql) => `${quoteId(table)}.${quoteId(column)}=${sql}`);
}

function byTable(
  record: Readonly<Record<string, Readonly<Record<string, string>>>>,
  text: (table: string, name: string, value: string) => string,
): string[] {
  return pairs(record).flatMap(([table, own]) => pairs(own).map(([name, value]) => text(table, name, value)));
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
