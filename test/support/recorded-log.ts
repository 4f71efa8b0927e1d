import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { BinlogPosition, WatchedTable } from '../../src/binlog/source.js';

/** What a server sent to a reader of its binlog, byte for byte, and what ours made of it. */
export interface RecordedLog {
  /** The server's version and the dialect, as in the file's name. */
  readonly name: string;
  readonly from: BinlogPosition;
  readonly watched: readonly WatchedTable[];
  readonly events: readonly Buffer[];
  /** The lines of a `Recorder`. */
  readonly told: readonly string[];
  /** The code of the error that ended the reading. */
  readonly error: string | null;
}

const folder = new URL('../unit/binlog/recorded/', import.meta.url);
const suffix = '.json.gz';

/** Written by `npm run record:dialects`. */
export function recordedLogs(): RecordedLog[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(suffix))
    .map((file) => {
      const text = gunzipSync(readFileSync(new URL(file, folder))).toString('utf8');
      const log = JSON.parse(text) as Omit<RecordedLog, 'events'> & { readonly events: readonly string[] };
      return { ...log, events: log.events.map((event) => Buffer.from(event, 'base64')) };
    });
}

export function saveRecordedLog(log: RecordedLog): void {
  const text = JSON.stringify({ ...log, events: log.events.map((event) => event.toString('base64')) });
  writeFileSync(new URL(`${log.name}${suffix}`, folder), gzipSync(text, { level: 9 }));
}
