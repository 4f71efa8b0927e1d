import { readFile } from 'node:fs/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { messageOf, TideoverError } from '../errors.js';
import {
  bufferOf,
  commandHook,
  numberOptions,
  type ConnectionSettings,
  type Hook,
  type HookEvent,
  type MigrationOptions,
} from '../index.js';
import { loadConfig, type ConfigFile } from '../config/config.js';
import { resolveConnection } from '../config/connection.js';
import { changeIn, tuningIn, type Change } from '../config/options.js';
import { askPassword } from './password-prompt.js';

type NumberOptionName = keyof typeof numberOptions;

/** `copyWorkers` etc. in the order of the table. */
const numberOptionNames = Object.keys(numberOptions) as NumberOptionName[];

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
    .option('--file <file>', 'SQL file with ALTER TABLE statements; repeatable', collect);
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
      '--buffer <spec>',
      'what holds the service’s requests during the cutover: http://HOST:ADMINPORT, haproxy:, openresty:, rabbitmq:, exec:, callback: or none; repeatable, in the order in which they are held',
      collect,
    )
    .option('--on-switched <command>', 'changes the service’s code: run inside the hold, when the new tables are live')
    .addOption(
      new Option(
        '--rehearse <times>',
        'do everything but the RENAME so many times, and stop before the cutover',
      ).argParser(positiveInteger),
    )
    .option(
      '--hook <event=command>',
      'run a command at before-copy, before-cutover, after-cutover or failed; repeatable',
      collectHook,
    );
  for (const name of numberOptionNames) {
    const { flag, unit, help, min, max, default: byDefault } = numberOptions[name];
    // commander is given no default: what is not said is left to the library.
    command.addOption(
      new Option(`--${flag} <${unit}>`, `${help} (default ${byDefault}, ${min} to ${max})`)
        .env(environmentNameOf(flag))
        .argParser(integer),
    );
  }
  return command;
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
  readonly postponeCutover?: boolean;
  readonly instant?: boolean;
  readonly indexes?: 'after-copy' | 'while-copying';
  readonly dropRetired?: boolean;
  readonly hook?: Partial<Record<HookEvent, readonly Hook[]>>;
  readonly buffer?: readonly string[];
  readonly onSwitched?: string;
  readonly rehearse?: number;
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
  const change = (await givenChange(command.opts<Flags>())) ?? (config === null ? null : await changeIn(config));
  if (change === null || change.alter.length === 0) {
    throw new TideoverError('usage-error', 'no change was given', {
      hint: "Give --alter 'ALTER TABLE t …', or --table t --alter 'ADD COLUMN …', or --file changes.sql, or a config file with a source.",
    });
  }
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

/** The change that flags name; it replaces the config file's. Null when they name none. */
async function givenChange({ alter, table, file }: Flags): Promise<Change | null> {
  if (alter === undefined && table === undefined && file === undefined) return null;
  return {
    alter: [...(alter ?? []), ...(await Promise.all((file ?? []).map(readStatements)))],
    ...(table === undefined ? {} : { table }),
  };
}

/** The part of the options that concerns how, not what. */
function tuningOf(command: Command): Partial<MigrationOptions> {
  const flags = command.opts<Flags>();
  const values = command.opts<Record<string, number | undefined>>();
  const numbers = numberOptionNames.flatMap((name) => {
    const value = values[camelCase(numberOptions[name].flag)];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(numbers),
    ...(flags.postponeCutover === true ? { postponeCutover: true } : {}),
    ...(flags.instant === true ? { instant: true } : {}),
    ...(flags.indexes === undefined ? {} : { indexes: flags.indexes }),
    ...(flags.dropRetired === true ? { dropRetired: true } : {}),
    ...(flags.buffer === undefined ? {} : { buffers: flags.buffer.map((spec) => bufferOf(spec, process.env)) }),
    ...(flags.hook === undefined && flags.onSwitched === undefined ? {} : { hooks: hooksOf(flags) }),
  };
}

function hooksOf({ hook, onSwitched }: Flags): NonNullable<MigrationOptions['hooks']> {
  return { ...hook, ...(onSwitched === undefined ? {} : { switched: [commandHook(onSwitched)] }) };
}

/** The attribute's name that commander derives from a flag. */
function camelCase(flag: string): string {
  return flag.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

async function readStatements(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new TideoverError('usage-error', `the SQL file cannot be read: ${messageOf(error)}`, { cause: error });
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

function positiveInteger(value: string): number {
  const number = integer(value);
  if (number === 0) throw new InvalidArgumentError('It is at least 1.');
  return number;
}

function integer(value: string): number {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError('It is a whole number.');
  return Number(value);
}
