import { checksumLength, eventType } from '../../src/binlog/event.js';
import { EventReader } from '../../src/binlog/event-reader.js';
import { comparePositions, type BinlogPosition, type WatchedTable } from '../../src/binlog/source.js';
import { TideoverError, type ErrorCode } from '../../src/errors.js';
import { Recorder } from './binlog-recorder.js';
import { mutated, mutatedContent, sealed } from './event-mutations.js';
import { isLegalKey } from './legal-key.js';
import type { Random } from './ledger/random.js';
import type { RecordedLog } from './recorded-log.js';

/*
 * What an EventReader may do with an event whose bytes were changed on their way:
 *
 * - With a checksum behind it: refuse it as `binlog-damaged`. A changed format event may switch the checksums off; then the next event is refused.
 * - Without a checksum, or with one that fits the changed bytes, a changed value may be another value that the server could have written.
 *   So it may be refused, with an error that means "this log cannot be followed"; or be read, and then
 *   every key that is told is one that a row of that table can have, no more rows are told than the event has bytes for,
 *   a boundary never goes back, and the result does not depend on the bytes around the event.
 *
 * In any case it returns: it neither crashes nor hangs, and holds no more memory than the event says and the server allows.
 */

/** Errors that say: this log cannot be followed. */
const namedErrors: readonly ErrorCode[] = [
  'binlog-damaged',
  'binlog-unsupported',
  'source-changed',
  'statement-logged',
];

const compressedRows: ReadonlySet<number> = new Set([
  eventType.compressedWriteRows,
  eventType.compressedUpdateRows,
  eventType.compressedDeleteRows,
]);
/** By so much a zlib stream can grow at most. */
const deflateFactor = 1032;

/** An event and the ones before it that give it its meaning. */
interface Place {
  readonly log: RecordedLog;
  readonly event: Buffer;
  /** The boundary from which a reader takes `context`. */
  readonly from: BinlogPosition;
  readonly context: readonly Buffer[];
  readonly next: Buffer | undefined;
  /** Whether the event ends in a checksum. */
  readonly checksum: boolean;
}

/** What became of one event, and of the one after it if the first was read. */
interface Reading {
  readonly told: readonly string[];
  readonly commits: readonly BinlogPosition[];
  readonly error: unknown;
}

export interface FuzzResult {
  /** How often each code refused an event; `read` is how often none did. */
  readonly outcomes: Map<string, number>;
  /** Row changes that were told of changed events. */
  rowsTold: number;
  longestMs: number;
}

export function emptyResult(): FuzzResult {
  return { outcomes: new Map(), rowsTold: 0, longestMs: 0 };
}

/** Every event of the logs as a place to begin at. */
export function placesOf(logs: readonly RecordedLog[]): Place[] {
  return logs.flatMap(placesOfLog);
}

function placesOfLog(log: RecordedLog): Place[] {
  const reader = new EventReader({ from: log.from, watched: log.watched, sink: new Recorder(log.watched) });
  const places: Place[] = [];
  let context: Buffer[] = [];
  let from = log.from;
  let format: Buffer | undefined;
  let prepared = false;
  for (const [i, event] of log.events.entries()) {
    const type = event[4]!;
    const checksum =
      type === eventType.formatDescription
        ? event.at(-checksumLength - 1) === 1
        : format?.at(-checksumLength - 1) !== 0;
    places.push({ log, event, from, context, next: log.events[i + 1], checksum });
    try {
      reader.take(event);
    } catch {
      return places;
    }
    if (type === eventType.formatDescription) format = event;
    // The end of a prepared transaction needs its beginning.
    prepared ||= type === eventType.xaPrepare;
    // In a new file the format event comes behind the boundary.
    const canBegin = !prepared && format !== undefined && type !== eventType.rotate;
    if (canBegin && comparePositions(reader.boundary, from) > 0) {
      from = reader.boundary;
      context = [format!];
    } else context = [...context, event];
  }
  return places;
}

/** Reads the place's context, then `event` and, if it is taken, what follows it. */
function read(place: Place, event: Buffer): Reading {
  const recorder = new Recorder(place.log.watched);
  const reader = new EventReader({ from: place.from, watched: place.log.watched, sink: recorder });
  for (const before of place.context) reader.take(before);
  recorder.lines.length = 0;
  recorder.commits.length = 0;
  let error: unknown = null;
  try {
    reader.take(event);
    if (place.next !== undefined) reader.take(place.next);
  } catch (thrown) {
    error = thrown;
  }
  return { told: recorder.lines, commits: recorder.commits, error };
}

/** The event within foreign bytes. */
function surrounded(event: Buffer, filler: number): Buffer {
  const margin = 64;
  const memory = Buffer.alloc(event.length + 2 * margin, filler);
  event.copy(memory, margin);
  return memory.subarray(margin, margin + event.length);
}

/** Mutates `count` events, adds to `result` what became of them, and throws an error that names the seed at the first one that is treated wrongly. */
export function fuzz(places: readonly Place[], random: Random, count: number, result: FuzzResult): void {
  const others = places.map(({ event }) => event);
  for (let i = 0; i < count; i++) {
    const choices = random.fork(i);
    const place = choices.pick(places);
    const isDamaged = choices.chance(0.4);
    const event = isDamaged
      ? mutated(place.event, choices, others)
      : sealed(mutatedContent(contentOf(place), choices, others), place.checksum);
    const started = performance.now();
    const reading = read(place, surrounded(event, 0));
    result.longestMs = Math.max(result.longestMs, performance.now() - started);
    const fault =
      faultOf(place, event, reading, isDamaged && place.checksum) ??
      (i % 16 === 0 && !isSame(reading, read(place, surrounded(event, 0xff))) ? 'it depends on bytes around it' : null);
    // One whole event in another's place is not what is meant.
    if (fault !== null && !others.some((other) => other.equals(event))) {
      throw new Error(description(place, event, fault, `${random.seed}/${i}`), { cause: reading.error });
    }
    const outcome = reading.error instanceof TideoverError ? reading.error.code : 'read';
    result.outcomes.set(outcome, (result.outcomes.get(outcome) ?? 0) + 1);
    result.rowsTold += reading.told.length;
  }
}

function contentOf({ event, checksum }: Place): Buffer {
  return checksum ? event.subarray(0, -checksumLength) : event;
}

/** What is wrong with a reading; null when nothing is. */
function faultOf(place: Place, event: Buffer, { told, commits, error }: Reading, mustRefuse: boolean): string | null {
  if (error !== null && !(error instanceof TideoverError && namedErrors.includes(error.code)))
    return 'an error without a name';
  if (mustRefuse && error === null) return 'it was not refused';
  if (told.length > mostLines(event, place) + mostLines(place.next, place)) return `it told ${told.length} lines`;
  const illegal = told.find((line) => line !== 'commit' && !isLegalLine(line, place.log.watched));
  if (illegal !== undefined) return `it told ${illegal}`;
  let last = place.from;
  for (const commit of commits) {
    if (comparePositions(commit, last) < 0) return `it went back to ${commit.file}:${commit.offset}`;
    last = commit;
  }
  return null;
}

/** A row's image takes a byte or more, and is told in one line for its key and one for each list of referenced columns; beside rows there is the end of a transaction. */
function mostLines(event: Buffer | undefined, { log }: Place): number {
  if (event === undefined) return 0;
  const lists = Math.max(...log.watched.map(({ referenced }) => referenced?.length ?? 0));
  const bytes = event.length * (compressedRows.has(event[4]!) ? deflateFactor : 1);
  return bytes * (1 + lists) + 1;
}

/** A line of `Recorder`: `table kind key`, or `table.list kind gone → now of key`. */
function isLegalLine(line: string, watched: readonly WatchedTable[]): boolean {
  const [table, list] = line.slice(0, line.indexOf(' ')).split('.');
  const found = watched.find((candidate) => candidate.table === table)!;
  const rest = line.replace(/^\S+ \S+ /, '');
  if (list === undefined) return isLegalKey(rest, found.key!.columns);
  const { columns } = found.referenced![Number(list)]!;
  return rest.split(' → ').every((tuple) => tuple === 'null' || isLegalKey(tuple, columns));
}

function isSame(a: Reading, b: Reading): boolean {
  return a.told.join('\n') === b.told.join('\n') && String(a.error) === String(b.error);
}

function description({ log, event: original }: Place, event: Buffer, fault: string, seed: string): string {
  return `${fault} (seed ${seed}; ${log.name}; code ${original[4]!})\nwas ${original.toString('hex')}\nis  ${event.toString('hex')}`;
}
