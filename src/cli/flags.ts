import { readFile } from 'node:fs/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { messageOf, TideoverError } from '../errors.js';
import {
  bufferOf,
  changeOf,
  commandHook,
  liveNumberNames,
  numberOptionNames,
  numberOptions,
  textOptionNames,
  textOptions,
  type ChangeOptions,
  type ConnectionSettings,
  type Hook,
  type HookEvent,
  type MigrationOptions,
} from '../index.js';
import { loadConfig, type ConfigFile } from '../config/config.js';
import { resolveConnection } from '../config/connection.js';
import { changeIn, tuningIn } from '../config/options.js';
import { askPassword } from './password-prompt.js';

/** The environment variable of a flag: `--chunk-time` is TIDEOVER_CHUNK_TIME. */
export function environmentNameOf(flag: string): string {
  return `TIDEOVER_${flag.toUpperCase().replaceAll('-', '_')}`;
}

/** Every command that talks to a server has these. */
export function addConnectionFlags(command: Command): Command {
  return command
    .addOption(new Option('--dsn <dsn>', 'the project database: mariadb://user@host:port/database').env('TIDEOVER_DSN'))
    .addOption(
      new Option(
        '--defaults-file <file>',
        'option file whose [client] section has user, password, host, port or socket',
      ).env('TIDEOVER_DEFAULTS_FILE'),
    )
    .addOption(
      new Option('--config <file>', 'tideover.yaml, which says what no flag and no environment variable says').env(
        'TIDEOVER_CONFIG',
      ),
    )
    .option('--json', 'print one JSON object per line');
}

export function addChangeFlags(command: Command): Command {
  return command
    .option('--alter <statement>', 'the change, as a whole ALTER TABLE statement; repeatable', collect)
    .option('--table <table>', 'with it, --alter is the part after the table’s name')
    .option('--file <file>', 'SQL file with the statements of the change; repeatable', collect)
    .option('--knex <directory>', 'the change, as a directory of knex migrations')
    .option('--command <command>', 'the change, as a command that finds the shadow in TIDEOVER_SHADOW_URL')
    .option('--rename <table.old:new>', 'a column that keeps its values under another name; repeatable', collect)
    .option('--rename-table <old:new>', 'a table that keeps its rows under another name; repeatable', collect)
    .option('--map <table.column=expression>', 'a column that is computed from the old row; repeatable', collect)
    .option(
      '--accept-data-step <table>',
      'nothing is missing without the change’s work on its rows; repeatable',
      collect,
    )
    .option('--version-table <table>', 'where the migration’s tool keeps what it has done; repeatable', collect);
}

export function addRunFlags(command: Command): Command {
  command
    .option('--postpone-cutover', 'stop when ready and wait for "tideover cutover"')
    .option('--instant', 'let the server change its metadata only, where it can')
    .addOption(
      new Option('--indexes <when>', 'when plain secondary indexes are built (default after-copy)').choices([
        'after-copy',
        'while-copying',
      ]),
    )
    .option('--drop-retired', 'drop the old tables after the cutover')
    .option(
      '--keep-rollback <duration>',
      'keep the old tables in step with the new ones for so long after the cutover, for "tideover rollback": 90m, 24h, 7d',
    )
    .option(
      '--map-back <table.column=expression>',
      'with it, what an old column gets that the new row does not have; repeatable',
      collect,
    )
    .option(
      '--buffer <spec>',
      'what holds the service’s requests during the cutover: http://HOST:ADMINPORT, haproxy:, openresty:, rabbitmq:, exec:, callback: or none; repeatable, in the order in which they are held',
      collect,
    )
    .option('--on-switched <command>', 'changes the service’s code: run inside the hold, when the new tables are live')
    .option('--on-switched-back <command>', 'its like in a rollback, when the old tables are live again')
    .addOption(
      new Option(
        '--rehearse <times>',
        'do everything but the RENAME so many times, and stop before the cutover',
      ).argParser(positiveInteger),
    )
    .option(
      '--replica <dsn>',
      'a replica whose lag counts, mariadb://[user@]host[:port]; its password is in TIDEOVER_REPLICA_PASSWORD, else the primary’s; repeatable',
      collect,
    )
    .option('--tail-from <dsn>', 'a replica to read the binlog from; refused, with the reason')
    .option(
      '--hook <event=command>',
      'run a command at before-copy, before-cutover, after-cutover or failed; repeatable',
      collectHook,
    );
  // commander is given no default: what is not said is left to the library.
  for (const name of numberOptionNames)
    command.addOption(numberFlag(name).env(environmentNameOf(numberOptions[name].flag)));
  for (const name of textOptionNames) command.addOption(textFlag(name).env(environmentNameOf(textOptions[name].flag)));
  return command;
}

/** What `set` may change. Not from the environment: that is the engine's. */
export function addLiveFlags(command: Command): Command {
  for (const name of liveNumberNames) command.addOption(numberFlag(name));
  for (const name of textOptionNames) command.addOption(textFlag(name));
  return command;
}

function numberFlag(name: (typeof numberOptionNames)[number]): Option {
  const { flag, unit, help, min, max, default: byDefault } = numberOptions[name];
  return new Option(`--${flag} <${unit}>`, `${help} (default ${byDefault}, ${min} to ${max})`).argParser(integer);
}

function textFlag(name: (typeof textOptionNames)[number]): Option {
  const { flag, value, help } = textOptions[name];
  return new Option(`--${flag} <${value}>`, help);
}

export function addWindowFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--not-before <time>', 'when the cutover may begin: HH:MM, or an ISO 8601 time').argParser(timeOf),
    )
    .addOption(new Option('--not-after <time>', 'when no attempt begins any more').argParser(timeOf));
}

export function addBufferFlags(command: Command): Command {
  return command
    .option('--listen <host:port>', 'where clients connect; repeatable, each with its --upstream', collect)
    .option('--upstream <url>', 'the service behind it, http://HOST:PORT or https://HOST:PORT; repeatable', collect)
    .option('--admin <host:port>', 'where the admin API listens; its token is in TIDEOVER_BUFFER_TOKEN')
    .option('--cert <file>', 'certificate for clients, PEM, with --key')
    .option('--key <file>', 'its private key, PEM')
    .option('--upstream-ca <file>', 'certificate authorities for https: services, PEM')
    .option('--max-held <requests>', 'requests that may wait at once (default 10000)', positiveInteger)
    .option(
      '--max-wait <seconds>',
      'the longest that a request may wait, and a hold may last (default 60)',
      positiveInteger,
    )
    .option('--passes', 'let calls in that the service makes on behalf of a request that is in already')
    .option('--json', 'print one JSON object per line');
}

/** Options as commander hands them over. */
export interface Flags {
  readonly dsn?: string;
  readonly defaultsFile?: string;
  readonly config?: string;
  readonly json?: boolean;
  readonly alter?: readonly string[];
  readonly table?: string;
  readonly file?: readonly string[];
  readonly knex?: string;
  readonly command?: string;
  readonly rename?: readonly string[];
  readonly renameTable?: readonly string[];
  readonly map?: readonly string[];
  readonly acceptDataStep?: readonly string[];
  readonly versionTable?: readonly string[];
  readonly postponeCutover?: boolean;
  readonly instant?: boolean;
  readonly indexes?: 'after-copy' | 'while-copying';
  readonly dropRetired?: boolean;
  readonly hook?: Partial<Record<HookEvent, readonly Hook[]>>;
  readonly buffer?: readonly string[];
  readonly onSwitched?: string;
  readonly onSwitchedBack?: string;
  readonly keepRollback?: string;
  readonly mapBack?: readonly string[];
  readonly rehearse?: number;
  readonly replica?: readonly string[];
  readonly tailFrom?: string;
  readonly watch?: boolean;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** The connection that the command line, the environment and the config file say. Throws `usage-error`. */
export async function connectionOf(command: Command): Promise<ConnectionSettings> {
  return resolved(command, await configOf(command));
}

async function configOf(command: Command): Promise<ConfigFile | null> {
  const { config } = command.opts<Flags>();
  return config === undefined ? null : loadConfig(config);
}

function resolved(command: Command, config: ConfigFile | null): Promise<ConnectionSettings> {
  const flags = command.opts<Flags>();
  return resolveConnection({
    dsn: flags.dsn,
    dsnOnArgv: command.getOptionValueSource('dsn') === 'cli',
    defaultsFile: flags.defaultsFile,
    config,
    environment: process.env,
    ask: process.stdin.isTTY ? askPassword : null,
  });
}

/** What the command line, the environment and the config file say about the change and the way to make it. Throws `usage-error`. */
export async function migrationOptionsOf(command: Command): Promise<Omit<MigrationOptions, 'signal'>> {
  const config = await configOf(command);
  const change = await changeGiven(command.opts<Flags>(), config);
  // What is wrong with it is said before a password is asked for.
  changeOf(change);
  const configured = config === null ? {} : tuningIn(config, process.env);
  const given = tuningOf(command);
  const hooks = { ...configured.hooks, ...given.hooks };
  return {
    connection: await resolved(command, config),
    ...change,
    ...configured,
    ...given,
    ...(Object.keys(hooks).length === 0 ? {} : { hooks }),
  };
}

/** The change that flags name replaces the config file's as a whole; what they only declare is added to it. */
async function changeGiven(flags: Flags, config: ConfigFile | null): Promise<ChangeOptions> {
  const source: ChangeOptions = {
    ...(flags.alter === undefined ? {} : { alter: flags.alter }),
    ...(flags.table === undefined ? {} : { table: flags.table }),
    ...(flags.file === undefined ? {} : { sql: await Promise.all(flags.file.map(readStatements)) }),
    ...(flags.knex === undefined ? {} : { knex: flags.knex }),
    ...(flags.command === undefined ? {} : { command: flags.command }),
  };
  const configured = config === null || Object.keys(source).length > 0 ? {} : await changeIn(config);
  return {
    ...configured,
    ...source,
    ...both('renames', configured, flags.rename),
    ...both('tableRenames', configured, flags.renameTable),
    ...both('maps', configured, flags.map),
    ...both('acceptDataSteps', configured, flags.acceptDataStep),
    ...both('versionTables', configured, flags.versionTable),
  };
}

type DeclarationName = 'renames' | 'tableRenames' | 'maps' | 'acceptDataSteps' | 'versionTables';

function both(name: DeclarationName, configured: ChangeOptions, given: readonly string[] | undefined): ChangeOptions {
  const all = [...(configured[name] ?? []), ...(given ?? [])];
  return all.length === 0 ? {} : { [name]: all };
}

/** The part of the options that concerns how, not what. */
function tuningOf(command: Command): Partial<MigrationOptions> {
  const flags = command.opts<Flags>();
  const replicaPassword = process.env['TIDEOVER_REPLICA_PASSWORD'];
  return {
    ...optionValues(command, numberOptionNames, numberOptions),
    ...optionValues(command, textOptionNames, textOptions),
    ...(flags.replica === undefined ? {} : { replicas: flags.replica }),
    ...(replicaPassword === undefined ? {} : { replicaPassword }),
    ...(flags.tailFrom === undefined ? {} : { tailFrom: flags.tailFrom }),
    ...(flags.postponeCutover === true ? { postponeCutover: true } : {}),
    ...(flags.instant === true ? { instant: true } : {}),
    ...(flags.indexes === undefined ? {} : { indexes: flags.indexes }),
    ...(flags.dropRetired === true ? { dropRetired: true } : {}),
    ...(flags.buffer === undefined ? {} : { buffers: flags.buffer.map((spec) => bufferOf(spec, process.env)) }),
    ...(flags.keepRollback === undefined ? {} : { keepRollback: flags.keepRollback }),
    ...(flags.mapBack === undefined ? {} : { mapsBack: flags.mapBack }),
    ...hooksOf(flags),
  };
}

/** What the command line of `set` says. */
export function liveValuesOf(command: Command): Readonly<Record<string, unknown>> {
  return {
    ...optionValues(command, liveNumberNames, numberOptions),
    ...optionValues(command, textOptionNames, textOptions),
  };
}

/** The values of those options that were given, by option name. */
function optionValues<N extends string>(
  command: Command,
  names: readonly N[],
  options: Readonly<Record<N, { readonly flag: string }>>,
): Record<string, never> {
  const values = command.opts<Record<string, unknown>>();
  const given = names.flatMap((name) => {
    const value = values[camelCase(options[name].flag)];
    return value === undefined ? [] : [[name, value as never] as const];
  });
  // commander's parsers have made each value what its option takes.
  return Object.fromEntries(given);
}

function hooksOf({ hook, onSwitched, onSwitchedBack }: Flags): Pick<MigrationOptions, 'hooks'> {
  const hooks = {
    ...hook,
    ...(onSwitched === undefined ? {} : { switched: [commandHook(onSwitched)] }),
    ...(onSwitchedBack === undefined ? {} : { 'switched-back': [commandHook(onSwitchedBack)] }),
  };
  return Object.keys(hooks).length === 0 ? {} : { hooks };
}

/** The attribute's name that commander derives from a flag. */
function camelCase(flag: string): string {
  return flag.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

async function readStatements(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new TideoverError('usage-error', `the SQL file cannot be read: ${messageOf(error)}`, {
      cause: error,
      hint: 'Give --file a path that this user may read.',
    });
  }
}

function collect(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

const hookEvents: readonly string[] = [
  'before-copy',
  'before-cutover',
  'after-cutover',
  'failed',
] satisfies HookEvent[];

type HooksByEvent = Partial<Record<HookEvent, readonly Hook[]>>;

function collectHook(value: string, before: HooksByEvent | undefined): HooksByEvent {
  const [, event, command] = /^([^=]*)=(.+)$/s.exec(value) ?? [];
  if (event === undefined || command === undefined || !hookEvents.includes(event)) {
    throw new InvalidArgumentError(`It is EVENT=COMMAND, with one of ${hookEvents.join(', ')}.`);
  }
  const known = event as HookEvent;
  return { ...before, [known]: [...(before?.[known] ?? []), commandHook(command)] };
}

/** `HH:MM` is the next time that this host's clock shows it. */
function timeOf(value: string): Date {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(value) ?? [];
  const time = hours === undefined ? new Date(value) : new Date();
  if (hours !== undefined) {
    time.setHours(Number(hours), Number(minutes), 0, 0);
    if (time.getTime() <= Date.now()) time.setDate(time.getDate() + 1);
  }
  if (Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('It is HH:MM, or a time like 2026-01-31T02:00 or 2026-01-31T02:00Z.');
  return time;
}

function positiveInteger(value: string): number {
  const number = integer(value);
  if (number === 0) throw new InvalidArgumentError('It is at least 1.');
  return number;
}

function integer(value: string): number {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError('It is a whole number.');
  return Number(value);
}
