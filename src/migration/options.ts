import { TideoverError } from '../errors.js';
import type { BufferLayer } from '../buffer/contract.js';
import type { ConnectionSettings } from '../db/dsn.js';
import { changeOf, type ChangeOptions } from './change-options.js';
import type { Change } from '../plan/source.js';
import type { Hook, HookEvent } from './events.js';

/** Where an option stands in the config file. */
export type OptionSection = 'copy' | 'cutover' | 'hold';

/** A number the operator may set, with its bounds: flags, library options, the config file and the README's table come from this one table. */
export interface NumberOption {
  readonly flag: string;
  readonly section: OptionSection;
  readonly unit: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly help: string;
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
  },
  applyWorkers: {
    flag: 'apply-workers',
    section: 'copy',
    unit: 'sessions',
    default: 2,
    min: 1,
    max: 16,
    help: 'batches of changed keys applied at once',
  },
  chunkTimeMs: {
    flag: 'chunk-time',
    section: 'copy',
    unit: 'ms',
    default: 100,
    min: 20,
    max: 10_000,
    help: 'target time of a chunk; its size follows',
  },
  maxBacklog: {
    flag: 'max-backlog',
    section: 'copy',
    unit: 'keys',
    default: 200_000,
    min: 1_000,
    max: 50_000_000,
    help: 'changed keys held in memory before the binlog reader waits',
  },
  lockTimeoutMs: {
    flag: 'lock-timeout',
    section: 'cutover',
    unit: 'ms',
    default: 200,
    min: 10,
    max: 60_000,
    help: 'how long one cutover attempt may wait for its locks; up to 8 times that after attempts that only short transactions hindered',
  },
  cutoverDeadlineMs: {
    flag: 'cutover-deadline',
    section: 'cutover',
    unit: 'ms',
    default: 2_000,
    min: 50,
    max: 600_000,
    help: 'how long one cutover attempt may hold the locks',
  },
  cutoverAttempts: {
    flag: 'cutover-attempts',
    section: 'cutover',
    unit: 'attempts',
    default: 100,
    min: 1,
    max: 1_000_000,
    help: 'attempts before the run stops, still resumable',
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
} as const satisfies Record<string, NumberOption>;

export type NumberOptionName = keyof typeof numberOptions;

/** What a library user gives to `createMigration`. */
export interface MigrationOptions extends ChangeOptions, Partial<Record<NumberOptionName, number>> {
  readonly connection: ConnectionSettings;
  /** Ask the server for ALGORITHM=INSTANT first; tables that it refuses are copied. */
  readonly instant?: boolean;
  /** Stop when ready and wait for the `cutover` command. */
  readonly postponeCutover?: boolean;
  /** Where to build plain secondary indexes: after the copy (fast) or while copying (no long DDL for replicas to replay). */
  readonly indexes?: 'after-copy' | 'while-copying';
  /** Drop the old tables after the cutover instead of keeping them in the retired schema. */
  readonly dropRetired?: boolean;
  readonly hooks?: Partial<Record<HookEvent, readonly Hook[]>>;
  /** What holds the service's requests during the cutover, in the order in which they are to be held; see `bufferOf`. They are closed by their owner. */
  readonly buffers?: readonly BufferLayer[];
  /** Aborting stops the run cleanly and resumably. */
  readonly signal?: AbortSignal;
}

/** Options with every default filled in and every bound checked. */
export interface Settings extends Readonly<Record<NumberOptionName, number>> {
  readonly connection: ConnectionSettings;
  readonly change: Change;
  readonly instant: boolean;
  readonly postponeCutover: boolean;
  readonly indexes: 'after-copy' | 'while-copying';
  readonly dropRetired: boolean;
  readonly hooks: Partial<Record<HookEvent, readonly Hook[]>>;
  readonly buffers: readonly BufferLayer[];
  readonly signal: AbortSignal;
}

/** Fills the defaults in. Throws `usage-error` for a value out of bounds. */
export function settingsOf(options: MigrationOptions): Settings {
  const numbers = Object.fromEntries(
    Object.entries(numberOptions).map(([name, option]) => {
      const value = options[name as NumberOptionName] ?? option.default;
      if (!Number.isInteger(value) || value < option.min || value > option.max) {
        throw new TideoverError(
          'usage-error',
          `--${option.flag} is ${value}, allowed are ${option.min} to ${option.max} ${option.unit}`,
          {
            hint: `Leave it out for the default of ${option.default} ${option.unit}.`,
          },
        );
      }
      return [name, value];
    }),
  ) as Record<NumberOptionName, number>;
  if (numbers.holdDeadlineMs > numbers.clientTimeoutMs) {
    throw new TideoverError(
      'usage-error',
      `--hold-deadline is ${numbers.holdDeadlineMs} ms, but clients give up after ${numbers.clientTimeoutMs} ms (--client-timeout)`,
      { hint: 'A hold must end before its clients do: shorten it, or say how long they really wait.' },
    );
  }
  return {
    ...numbers,
    connection: options.connection,
    change: changeOf(options),
    instant: options.instant ?? false,
    postponeCutover: options.postponeCutover ?? false,
    indexes: options.indexes ?? 'after-copy',
    dropRetired: options.dropRetired ?? false,
    hooks: options.hooks ?? {},
    buffers: options.buffers ?? [],
    signal: options.signal ?? new AbortController().signal,
  };
}
