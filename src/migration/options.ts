import { TideoverError } from '../errors.js';
import type { BufferLayer } from '../buffer/contract.js';
import { parseReplica, type ConnectionSettings } from '../db/dsn.js';
import { changeOf, type ChangeOptions } from './change-options.js';
import { parseColumnExpression, type ColumnExpression } from '../plan/declared.js';
import type { Change } from '../plan/source.js';
import { parseLoads } from '../throttle/loads.js';
import { parseDuration } from '../util/duration.js';
import type { Hook, HookEvent } from './events.js';

/** Where an option stands in the config file. */
export type OptionSection = 'copy' | 'cutover' | 'hold' | 'throttle';

/** A number the operator may set, with its bounds: flags, library options, the config file and the README's table come from this one table. */
export interface NumberOption {
  readonly flag: string;
  readonly section: OptionSection;
  readonly unit: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly help: string;
  /** `tideover set` changes it while the run is under way. */
  readonly live?: true;
}

export const numberOptions = {
  copyWorkers: {
    flag: 'copy-workers',
    section: 'copy',
    unit: 'sessions',
    default: 2,
    min: 1,
    max: 32,
    help: 'chunks copied at once',
    live: true,
  },
  applyWorkers: {
    flag: 'apply-workers',
    section: 'copy',
    unit: 'sessions',
    default: 2,
    min: 1,
    max: 16,
    help: 'batches of changed keys applied at once',
    live: true,
  },
  chunkTimeMs: {
    flag: 'chunk-time',
    section: 'copy',
    unit: 'ms',
    default: 100,
    min: 20,
    max: 10_000,
    help: 'target time of a chunk; its size follows',
    live: true,
  },
  maxBacklog: {
    flag: 'max-backlog',
    section: 'copy',
    unit: 'keys',
    default: 200_000,
    min: 1_000,
    max: 50_000_000,
    help: 'changed keys held in memory before the binlog reader waits; behind as many applied ones every row is compared again (in a rollback window those are held without a limit)',
    live: true,
  },
  lockTimeoutMs: {
    flag: 'lock-timeout',
    section: 'cutover',
    unit: 'ms',
    default: 200,
    min: 10,
    max: 60_000,
    help: 'how long one cutover attempt may wait for its locks; up to 8 times that after attempts that only short transactions hindered',
    live: true,
  },
  cutoverDeadlineMs: {
    flag: 'cutover-deadline',
    section: 'cutover',
    unit: 'ms',
    default: 2_000,
    min: 50,
    max: 600_000,
    help: 'how long one cutover attempt may hold the locks',
    live: true,
  },
  cutoverAttempts: {
    flag: 'cutover-attempts',
    section: 'cutover',
    unit: 'attempts',
    default: 100,
    min: 1,
    max: 1_000_000,
    help: 'attempts before the run stops, still resumable',
    live: true,
  },
  holdDeadlineMs: {
    flag: 'hold-deadline',
    section: 'hold',
    unit: 'ms',
    default: 10_000,
    min: 100,
    max: 3_600_000,
    help: 'how long requests may be held in one attempt, draining and --on-switched included',
  },
  drainTimeoutMs: {
    flag: 'drain-timeout',
    section: 'hold',
    unit: 'ms',
    default: 2_000,
    min: 10,
    max: 600_000,
    help: 'how long the requests that are at the service already may take before an attempt is given up, for each buffer',
  },
  clientTimeoutMs: {
    flag: 'client-timeout',
    section: 'hold',
    unit: 'ms',
    default: 30_000,
    min: 100,
    max: 3_600_000,
    help: 'how long the service’s clients, load balancers and RPC callers wait at least; no hold is begun that would take longer',
  },
  maxHeld: {
    flag: 'max-held',
    section: 'hold',
    unit: 'requests',
    default: 10_000,
    min: 1,
    max: 1_000_000,
    help: 'requests that one buffer may hold; it turns further ones away',
  },
  releaseWindow: {
    flag: 'release-window',
    section: 'hold',
    unit: 'requests',
    default: 8,
    min: 1,
    max: 10_000,
    help: 'held requests that are at the service at once while they are released; they leave in received order, and with 1 the service begins them so, too',
  },
  maxLagMs: {
    flag: 'max-lag',
    section: 'throttle',
    unit: 'ms',
    default: 1_500,
    min: 100,
    max: 3_600_000,
    help: 'how far a --replica may be behind before copying waits',
    live: true,
  },
  criticalLoadMs: {
    flag: 'critical-load-time',
    section: 'throttle',
    unit: 'ms',
    default: 5_000,
    min: 0,
    max: 3_600_000,
    help: 'how long --critical-load may last before the run stops, resumably',
    live: true,
  },
  maxFlowControl: {
    flag: 'max-flow-control',
    section: 'throttle',
    unit: '%',
    default: 10,
    min: 1,
    max: 100,
    help: 'share of time for which flow control may pause a Galera node before copying waits',
    live: true,
  },
  maxHistory: {
    flag: 'max-history',
    section: 'throttle',
    unit: 'transactions',
    default: 0,
    min: 0,
    max: 1_000_000_000,
    help: 'length of InnoDB’s history list (undo) from which on copying waits; 0 for no limit',
    live: true,
  },
  maxCheckpointAge: {
    flag: 'max-checkpoint-age',
    section: 'throttle',
    unit: '%',
    default: 0,
    min: 0,
    max: 100,
    help: 'share of InnoDB’s redo log that may wait for its checkpoint before copying waits; 0 for no limit',
    live: true,
  },
  maxReadTimeMs: {
    flag: 'max-read-time',
    section: 'throttle',
    unit: 'ms',
    default: 0,
    min: 0,
    max: 60_000,
    help: 'how long a read of one row of the source may take before copying waits; 0 for no limit',
    live: true,
  },
  maxCommitTimeMs: {
    flag: 'max-commit-time',
    section: 'throttle',
    unit: 'ms',
    default: 0,
    min: 0,
    max: 60_000,
    help: 'how long a commit on the source may take before copying waits; 0 for no limit',
    live: true,
  },
} as const satisfies Record<string, NumberOption>;

export type NumberOptionName = keyof typeof numberOptions;

/** A text the operator may set; all of them belong to throttling, and all may be changed while the run is under way. Empty is none. */
export interface TextOption {
  readonly flag: string;
  readonly value: string;
  readonly help: string;
  /** Throws `usage-error`. */
  readonly check: (text: string) => unknown;
}

export const textOptions = {
  maxLoad: {
    flag: 'max-load',
    value: 'name=value,…',
    help: 'status variables from whose values on copying waits: Threads_running=25',
    check: (text) => parseLoads(text, 'max-load'),
  },
  criticalLoad: {
    flag: 'critical-load',
    value: 'name=value,…',
    help: 'values that stop the run, resumably, when they last for --critical-load-time',
    check: (text) => parseLoads(text, 'critical-load'),
  },
  throttleQuery: {
    flag: 'throttle-query',
    value: 'query',
    help: 'copying waits while the first value of its row is not 0',
    check: () => undefined,
  },
  throttleFile: {
    flag: 'throttle-file',
    value: 'path',
    help: 'copying waits while this file exists on the engine’s host',
    check: () => undefined,
  },
} as const satisfies Record<string, TextOption>;

export type TextOptionName = keyof typeof textOptions;

/** What a library user gives to `createMigration`. */
export interface MigrationOptions
  extends ChangeOptions, Partial<Record<NumberOptionName, number>>, Partial<Record<TextOptionName, string>> {
  readonly connection: ConnectionSettings;
  /** Replicas whose lag counts, as `mariadb://[user@]host[:port]`; what is not said is as for `connection`. */
  readonly replicas?: readonly string[];
  /** Their password; that of `connection` unless it is given. */
  readonly replicaPassword?: string;
  /** A replica whose binlog is to be read in place of the primary's: preflight refuses it, and says why. */
  readonly tailFrom?: string;
  /** Ask the server for ALGORITHM=INSTANT first; tables that it refuses are copied. */
  readonly instant?: boolean;
  /** Stop when ready and wait for the `cutover` command. */
  readonly postponeCutover?: boolean;
  /** Where to build plain secondary indexes: after the copy (fast) or while copying (no long DDL for replicas to replay). */
  readonly indexes?: 'after-copy' | 'while-copying';
  /** Drop the old tables after the cutover instead of keeping them in the retired schema. */
  readonly dropRetired?: boolean;
  /** For how long after the cutover the old tables are kept in step with the new ones, for a way back: `90m`, `24h`, `7d`. Not at all when it is missing. */
  readonly keepRollback?: string;
  /** What old columns get in rows that are written then, where the new ones do not say it: `table.column=EXPRESSION` over the new row. */
  readonly mapsBack?: readonly string[];
  readonly hooks?: Partial<Record<HookEvent, readonly Hook[]>>;
  /** What holds the service's requests during the cutover, in the order in which they are to be held; see `bufferOf`. They are closed by their owner. */
  readonly buffers?: readonly BufferLayer[];
  /** Aborting stops the run cleanly and resumably. */
  readonly signal?: AbortSignal;
}

/** A way back is kept. */
export interface RollbackSettings {
  readonly keepS: number;
  readonly maps: readonly ColumnExpression[];
}

/** Options with every default filled in and every bound checked. */
export interface Settings extends Readonly<Record<NumberOptionName, number> & Record<TextOptionName, string>> {
  readonly connection: ConnectionSettings;
  readonly replicas: readonly ConnectionSettings[];
  /** Empty when nobody asks for it. */
  readonly tailFrom: string;
  readonly change: Change;
  readonly instant: boolean;
  readonly postponeCutover: boolean;
  readonly indexes: 'after-copy' | 'while-copying';
  readonly dropRetired: boolean;
  readonly rollback: RollbackSettings | null;
  readonly hooks: Partial<Record<HookEvent, readonly Hook[]>>;
  readonly buffers: readonly BufferLayer[];
  readonly signal: AbortSignal;
}

export const numberOptionNames = Object.keys(numberOptions) as NumberOptionName[];
export const textOptionNames = Object.keys(textOptions) as TextOptionName[];

/** Throws `usage-error` for a value out of bounds. */
export function checkedNumber(name: NumberOptionName, value: number): number {
  const option: NumberOption = numberOptions[name];
  if (Number.isInteger(value) && value >= option.min && value <= option.max) return value;
  throw new TideoverError(
    'usage-error',
    `--${option.flag} is ${value}, allowed are ${option.min} to ${option.max} ${option.unit}`,
    { hint: `Leave it out for the default of ${option.default} ${option.unit}.` },
  );
}

/** Throws `usage-error` for a text that does not mean anything. */
export function checkedText(name: TextOptionName, text: string): string {
  textOptions[name].check(text);
  return text;
}

/** Fills the defaults in. Throws `usage-error` for a value out of bounds. */
export function settingsOf(options: MigrationOptions): Settings {
  const numbers = Object.fromEntries(
    numberOptionNames.map((name) => [name, checkedNumber(name, options[name] ?? numberOptions[name].default)]),
  ) as Record<NumberOptionName, number>;
  const texts = Object.fromEntries(
    textOptionNames.map((name) => [name, checkedText(name, options[name] ?? '')]),
  ) as Record<TextOptionName, string>;
  if (numbers.holdDeadlineMs > numbers.clientTimeoutMs) {
    throw new TideoverError(
      'usage-error',
      `--hold-deadline is ${numbers.holdDeadlineMs} ms, but clients give up after ${numbers.clientTimeoutMs} ms (--client-timeout)`,
      { hint: 'A hold must end before its clients do: shorten it, or say how long they really wait.' },
    );
  }
  const { connection, replicaPassword } = options;
  return {
    ...numbers,
    ...texts,
    connection,
    replicas: (options.replicas ?? []).map((replica) => parseReplica(replica, connection, replicaPassword)),
    tailFrom: options.tailFrom ?? '',
    change: changeOf(options),
    instant: options.instant ?? false,
    postponeCutover: options.postponeCutover ?? false,
    indexes: options.indexes ?? 'after-copy',
    dropRetired: options.dropRetired ?? false,
    rollback: rollbackOf(options),
    hooks: options.hooks ?? {},
    buffers: options.buffers ?? [],
    signal: options.signal ?? new AbortController().signal,
  };
}

function rollbackOf({ keepRollback, mapsBack = [] }: MigrationOptions): RollbackSettings | null {
  const maps = mapsBack.map((text) => parseColumnExpression(text, '--map-back'));
  if (keepRollback === undefined) {
    if (maps.length === 0) return null;
    throw new TideoverError('usage-error', '--map-back says what a rollback needs, and none is kept', {
      hint: 'Give --keep-rollback 24h, or leave --map-back out.',
    });
  }
  const keepS = parseDuration(keepRollback);
  if (keepS !== null) return { keepS, maps };
  throw new TideoverError('usage-error', `--keep-rollback is "${keepRollback}", which is no duration`, {
    hint: 'Give a number with s, m, h or d: 90m, 24h, 7d.',
  });
}
