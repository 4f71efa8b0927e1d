import type { BinlogPosition } from '../binlog/source.js';
import { TideoverError } from '../errors.js';
import type { JournalValues } from './connection.js';
import type { OperatorCommand, Phase, RunControl, RunRecord } from './journal.js';

/** A row of the journal: every value as text (see connection.ts). */
export type JournalRow = Readonly<Record<string, string | null>>;

const phases: Readonly<Record<Phase, true>> = {
  preparing: true,
  copying: true,
  indexing: true,
  'catching-up': true,
  verifying: true,
  ready: true,
  'cutting-over': true,
  settling: true,
  done: true,
  aborted: true,
};

const commands: Readonly<Record<OperatorCommand, true>> = { abort: true, verify: true };

/** Phases in which nothing is left to do. */
export const finalPhases: readonly Phase[] = ['done', 'aborted'];

/** A value that a row of the journal must have. */
export function required(row: JournalRow, column: string): string {
  const value = row[column];
  if (value === undefined || value === null) throw unusable(`${column} is missing`);
  return value;
}

/** A place in the binlog, as checkpoints and intents have it. Journals of older versions have no GTID position. */
export function positionOf(row: JournalRow): BinlogPosition {
  const { gtid } = row;
  const place = { file: required(row, 'binlog_file'), offset: Number(required(row, 'binlog_offset')) };
  return gtid == null ? place : { ...place, gtid };
}

export function columnsOf({ file, offset, gtid }: BinlogPosition): JournalValues {
  return { binlog_file: file, binlog_offset: offset, gtid: gtid ?? null };
}

/** For a journal whose rows do not mean anything to this program (I6). */
export function unusable(fact: string, cause?: unknown): TideoverError {
  return new TideoverError('checkpoint-unusable', `the journal cannot be read: ${fact}`, {
    cause,
    hint: 'Abort the run (`tideover abort`) and start again; the source is as it was.',
  });
}

export function runOf(row: JournalRow): RunRecord {
  return {
    id: Number(required(row, 'id')),
    database: required(row, 'database_name'),
    planHash: required(row, 'plan_hash'),
    statements: textsOf(required(row, 'statements')),
    tables: textsOf(required(row, 'table_names')),
    phase: phaseOf(required(row, 'phase')),
    startedAt: required(row, 'started_at'),
    finishedAt: row['finished_at'] ?? null,
    heartbeatAt: row['heartbeat_at'] ?? null,
    engine: required(row, 'engine'),
    lastError: row['last_error'] ?? null,
    progress: row['progress'] ?? null,
    report: row['report'] ?? null,
    ...controlOf(row),
  };
}

/** What `controlOf` reads. */
export const controlColumns = [
  'paused_by',
  'paused_at',
  'set_by',
  'set_values',
  'cutover_by',
  'cutover_not_before',
  'cutover_not_after',
] as const;

export function controlOf(row: JournalRow): RunControl {
  const { paused_by, set_by, cutover_by } = row;
  return {
    paused: paused_by == null ? null : { by: paused_by, since: required(row, 'paused_at') },
    set: set_by == null ? null : { by: set_by, values: valuesOf(required(row, 'set_values')) },
    cutover:
      cutover_by == null
        ? null
        : { by: cutover_by, notBefore: row['cutover_not_before'] ?? null, notAfter: row['cutover_not_after'] ?? null },
  };
}

export function commandOf(text: string): OperatorCommand {
  if (!Object.hasOwn(commands, text)) throw unusable(`unknown command "${text}"`);
  return text as OperatorCommand;
}

function phaseOf(text: string): Phase {
  if (!Object.hasOwn(phases, text)) throw unusable(`unknown phase "${text}"`);
  return text as Phase;
}

function valuesOf(json: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'object' || value === null) throw unusable('values by their names are expected');
  return value as Readonly<Record<string, unknown>>;
}

function textsOf(json: string): string[] {
  const value: unknown = JSON.parse(json);
  if (!Array.isArray(value)) throw unusable('a list of texts is expected');
  return value.map(String);
}
