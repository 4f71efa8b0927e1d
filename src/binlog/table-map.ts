import { TideoverError } from '../errors.js';
import { quoteTable } from '../schema/names.js';
import { formatAgrees, readColumnFormat, type ColumnFormat } from './column-format.js';
import { headerLength, readLength } from './event.js';
import { RowReader } from './row-reader.js';
import type { WatchedTable } from './source.js';

/** The names in a table map. */
export interface MappedName {
  readonly schema: string;
  readonly table: string;
  /** Where the column types begin. */
  readonly columnsAt: number;
}

/** Bytes 0–5 after the header of table maps and row events. */
export function readTableId(event: Buffer): number {
  return event.readUIntLE(headerLength, 6);
}

export function readMappedName(event: Buffer): MappedName {
  const schemaAt = headerLength + 9;
  const schemaEnd = schemaAt + event.readUInt8(schemaAt - 1);
  const tableAt = schemaEnd + 2;
  const tableEnd = tableAt + event.readUInt8(tableAt - 1);
  if (event[schemaEnd] !== 0 || event[tableEnd] !== 0) throw new RangeError('a table map whose names do not end');
  return {
    schema: event.toString('utf8', schemaAt, schemaEnd),
    table: event.toString('utf8', tableAt, tableEnd),
    columnsAt: tableEnd + 1,
  };
}

/** The reader for the rows of a watched table, after the map was found to agree with the pinned structure. */
export function readerOf(event: Buffer, columnsAt: number, watched: WatchedTable): RowReader {
  const formats = readFormats(event, columnsAt, watched);
  const { columns } = watched.source;
  const name = quoteTable(watched.source.name);
  // A unique key over a long column has a hidden column with its hash, behind the others.
  const hidden = watched.source.indexes.filter((index) => index.unique && index.kind === 'HASH').length;
  if (formats.length !== columns.length + hidden) {
    throw changed(`${name} has ${formats.length - hidden} columns in the binlog and ${columns.length} in the plan`);
  }
  for (const [i, column] of columns.entries()) {
    if (!formatAgrees(column, formats[i]!)) {
      throw changed(
        `${name}: column ${column.name} is not ${column.columnType} any more (type code ${formats[i]!.type})`,
      );
    }
  }
  return new RowReader(watched, formats);
}

function changed(message: string): TideoverError {
  return new TideoverError('source-changed', message, {
    hint: 'The structure of a source must not change during the run. Abort the run and start again.',
  });
}

function readFormats(event: Buffer, columnsAt: number, watched: WatchedTable): ColumnFormat[] {
  const { value: count, next: typesAt } = readLength(event, columnsAt);
  const { value: metadataLength, next: metadataAt } = readLength(event, typesAt + count);
  const metadata = event.subarray(metadataAt, metadataAt + metadataLength);
  const formats: ColumnFormat[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const type = event.readUInt8(typesAt + i);
    const read = readColumnFormat(type, metadata, at);
    if (read === null) {
      throw new TideoverError(
        'binlog-unsupported',
        `${quoteTable(watched.source.name)}: the binlog holds a column type that is not known here (code ${type})`,
        { hint: 'This version does not know the type: abort the run, and look for a newer one.' },
      );
    }
    formats.push(read.format);
    at = read.next;
  }
  if (at !== metadata.length)
    throw new RangeError(`a table map with ${metadata.length} bytes of types instead of ${at}`);
  return formats;
}
