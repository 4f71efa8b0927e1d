import { TideoverError } from '../errors.js';
import { journalSchema, retiredSchemaOf, shadowSchemaOf } from '../schema/names.js';
import type { KeyLiteral } from '../schema/table.js';
import { DamagedEvent, Envelope, requireKnownFormat } from './envelope.js';
import { artificialFlag, eventType, gtidFlag, headerLength } from './event.js';
import { inflateBlock, readStatement, readXaEnd, readXaPrepare, type LoggedStatement } from './query.js';
import type { RowReader, RowsKind } from './row-reader.js';
import {
  formatPosition,
  isNextFile,
  type BinlogPosition,
  type ChangeKind,
  type ChangeSink,
  type Reference,
  type WatchedTable,
} from './source.js';
import { effectOf, WatchedNames } from './statement.js';
import { readerOf, readMappedName, readTableId } from './table-map.js';
import { Transaction } from './transaction.js';

export interface EventReaderOptions {
  readonly from: BinlogPosition;
  readonly watched: readonly WatchedTable[];
  readonly sink: ChangeSink;
  /** Schemas whose tables are the engine's own; default: journal, shadow and retired schema of each watched schema. */
  readonly ownSchemas?: readonly string[];
}

interface MappedTable {
  /** The table map event as it came; another one with the same id means another structure, or another server's life. */
  readonly event: Buffer;
  /** A table of the engine's own schemas. */
  readonly own: boolean;
  /** Null for a table that nobody watches. */
  readonly rows: { readonly table: number; readonly reader: RowReader } | null;
}

/** In a row event that carries no rows: the statement changed nothing. Behind the fixed part are at most a count of columns and two bitmaps. */
const noTableId = 0xffffff;
const noRowsLength = headerLength + 8 + 3;

/** Where the first event of a file begins. */
const fileStart = 4;

/** Rows of compressed events, by type; the others are as they are. */
const asIs = (rows: Buffer): Buffer => rows;

/**
 * Understands the events of one dump, in their order, and tells a sink the changed keys (I6: whatever it does not know, it throws).
 * Knows nothing of connections.
 */
export class EventReader {
  readonly counters = { transactions: 0, changes: 0, bytes: 0 };
  readonly #sink: ChangeSink;
  readonly #watched: readonly WatchedTable[];
  #names: WatchedNames;
  readonly #ownSchemas: ReadonlySet<string>;
  /** `schema.table` → index in `watched`, as the log spells them. */
  readonly #indexes = new Map<string, number>();
  readonly #tables = new Map<number, MappedTable>();
  readonly #prepared = new Map<string, Transaction>();
  #boundary: BinlogPosition;
  /** The last GTID of each domain, null where the reading began at a place without them. */
  readonly #gtids: Map<number, string> | null;
  #transaction: Transaction | null = null;
  /** The transaction wrote rows of tables that are not the engine's. */
  #isService = false;
  readonly #envelope = new Envelope();
  #sawFormat = false;
  #loggedAtS = 0;

  constructor(options: EventReaderOptions) {
    const names = options.watched.map((table) => table.source.name);
    this.#sink = options.sink;
    this.#watched = options.watched;
    this.#boundary = options.from;
    const { gtid } = options.from;
    this.#gtids = gtid === undefined ? null : new Map(gtid.split(',').map((text) => [Number.parseInt(text), text]));
    const ownSchemas = options.ownSchemas ?? [
      journalSchema,
      ...names.flatMap(({ schema }) => [shadowSchemaOf(schema), retiredSchemaOf(schema)]),
    ];
    this.#ownSchemas = new Set(ownSchemas);
    this.#names = new WatchedNames(names, ownSchemas);
    for (const [index, name] of names.entries()) this.#indexes.set(`${name.schema}.${name.table}`, index);
  }

  /** The last transaction boundary. */
  get boundary(): BinlogPosition {
    return this.#boundary;
  }

  /** The format event has come: the server has accepted the dump. */
  get sawFormat(): boolean {
    return this.#sawFormat;
  }

  /** Where a later dump must begin so that nothing is missed: before the oldest XA transaction that is still prepared (I5). */
  get #resumePosition(): BinlogPosition {
    const [oldest] = this.#prepared.values();
    return oldest?.start ?? this.#boundary;
  }

  /** Takes one event as the server sent it. Throws a TideoverError; then the reading must end. */
  take(raw: Buffer): void {
    this.counters.bytes += raw.length;
    try {
      const event = this.#envelope.open(raw);
      this.#read(event, event.readUInt8(4));
    } catch (error) {
      if (error instanceof DamagedEvent) throw this.#damaged(error.message);
      // What an event says of itself leads outside of it.
      throw error instanceof RangeError ? this.#unsupported(error.message) : error;
    }
  }

  #read(event: Buffer, type: number): void {
    switch (type) {
      case eventType.tableMap: {
        this.#tableMap(event);
        return;
      }
      case eventType.writeRows: {
        this.#rows(event, 'write', asIs);
        return;
      }
      case eventType.updateRows: {
        this.#rows(event, 'update', asIs);
        return;
      }
      case eventType.deleteRows: {
        this.#rows(event, 'delete', asIs);
        return;
      }
      case eventType.compressedWriteRows: {
        this.#rows(event, 'write', inflateBlock);
        return;
      }
      case eventType.compressedUpdateRows: {
        this.#rows(event, 'update', inflateBlock);
        return;
      }
      case eventType.compressedDeleteRows: {
        this.#rows(event, 'delete', inflateBlock);
        return;
      }
      case eventType.gtid: {
        this.#gtid(event);
        return;
      }
      case eventType.xid: {
        this.#end(event, 'commit');
        return;
      }
      case eventType.query:
      case eventType.compressedQuery:
      case eventType.executeLoadQuery: {
        this.#query(event, readStatement(event, type));
        return;
      }
      case eventType.xaPrepare: {
        this.#xaPrepare(event);
        return;
      }
      case eventType.rotate: {
        this.#rotate(event);
        return;
      }
      case eventType.formatDescription: {
        this.#format(event);
        return;
      }
      case eventType.gtidList:
      case eventType.binlogCheckpoint:
      case eventType.stop:
      case eventType.startEncryption: {
        this.#standAlone(event);
        return;
      }
      case eventType.heartbeat:
      case eventType.annotateRows:
      case eventType.intvar:
      case eventType.rand:
      case eventType.userVar:
      case eventType.appendBlock:
      case eventType.deleteFile:
      case eventType.beginLoadQuery:
        return;
      case eventType.incident:
        throw this.#unsupported('the server reports that events are missing from its binlog (incident)');
      default:
        throw this.#unsupported(`an event of an unknown kind (code ${type})`);
    }
  }

  #format(event: Buffer): void {
    requireKnownFormat(event);
    // Table ids begin anew with a server's life.
    this.#tables.clear();
    this.#abandon();
    this.#sawFormat = true;
    this.#standAlone(event);
  }

  /** The server names where it reads when a dump begins, and the next file, twice, when one ends. */
  #rotate(event: Buffer): void {
    const offset = Number(event.readBigUInt64LE(headerLength));
    const position = { file: event.toString('utf8', headerLength + 8), offset };
    this.#abandon();
    const { file, offset: reached } = this.#boundary;
    if (position.file === file && offset === reached) return;
    if (!isNextFile(file, position.file) || offset !== fileStart) {
      throw this.#unsupported(`the binlog goes to ${formatPosition(position)}`);
    }
    this.#advance(position, event);
  }

  /** A group without an end: the server died while it wrote it, and rolled it back when it came up. */
  #abandon(): void {
    this.#transaction?.rollback();
    this.#transaction = null;
  }

  #gtid(event: Buffer): void {
    this.#abandon();
    const domain = event.readUInt32LE(headerLength + 8);
    this.#gtids?.set(domain, `${domain}-${event.readUInt32LE(5)}-${event.readBigUInt64LE(headerLength)}`);
    const flags = event.readUInt8(headerLength + 12);
    this.#transaction = new Transaction({
      start: this.#boundary,
      standalone: (flags & gtidFlag.standalone) !== 0,
      preparing: (flags & gtidFlag.preparedXa) !== 0,
    });
  }

  #tableMap(event: Buffer): void {
    const id = readTableId(event);
    if (this.#tables.get(id)?.event.equals(event) === true) return;
    const { schema, table, columnsAt } = readMappedName(event);
    const index = this.#indexes.get(`${schema}.${table}`);
    this.#tables.set(id, {
      event: Buffer.from(event),
      own: this.#ownSchemas.has(schema),
      rows: index === undefined ? null : { table: index, reader: readerOf(event, columnsAt, this.#watched[index]!) },
    });
  }

  #rows(event: Buffer, kind: RowsKind, expand: (rows: Buffer) => Buffer): void {
    const id = readTableId(event);
    const mapped = this.#tables.get(id);
    if (mapped === undefined) {
      if (id === noTableId && event.length <= noRowsLength) return;
      throw this.#unsupported(`rows of a table (id ${id}) that the binlog has not named`);
    }
    this.#isService ||= !mapped.own;
    if (mapped.rows === null) return;
    const { table, reader } = mapped.rows;
    const transaction = this.#current();
    reader.read(event, kind, expand, {
      change: (change: ChangeKind, key: KeyLiteral) => {
        this.counters.changes++;
        transaction.change(this.#sink, table, change, key);
      },
      referenced: (list: number, reference: Reference) => transaction.reference(this.#sink, table, list, reference),
    });
  }

  #current(): Transaction {
    return (this.#transaction ??= new Transaction({ start: this.#boundary, standalone: false, preparing: false }));
  }

  #query(event: Buffer, statement: LoggedStatement): void {
    const { sql } = statement;
    if (sql === 'COMMIT') {
      this.#end(event, 'commit');
      return;
    }
    if (sql === 'ROLLBACK') {
      this.#end(event, 'rollback');
      return;
    }
    const xaEnd = readXaEnd(sql);
    if (xaEnd !== null) {
      this.#xaEnd(event, xaEnd);
      return;
    }
    const savepoint = /^(SAVEPOINT|ROLLBACK TO) `((?:[^`]|``)*)`$/.exec(sql);
    if (savepoint !== null) {
      const transaction = this.#current();
      const name = savepoint[2]!.replaceAll('``', '`');
      if (savepoint[1] === 'SAVEPOINT') transaction.savepoint(name);
      else transaction.rollbackTo(name);
      return;
    }
    const isOurSwap = this.#judge(statement);
    if (this.#transaction === null || this.#transaction.standalone) this.#end(event, 'commit');
    if (isOurSwap) this.#sink.swapped?.(this.#boundary);
  }

  /** Whether the statement is the cutover's own RENAME. */
  #judge(statement: LoggedStatement): boolean {
    const effect = effectOf(statement.sql, statement.schema, this.#names, statement.mode);
    const facts = { statement: statement.sql.slice(0, 1000), position: formatPosition(this.#boundary) };
    switch (effect.kind) {
      case 'none':
        return false;
      case 'swap':
        // From here on these names are other tables.
        for (const { schema, table } of effect.tables) this.#indexes.delete(`${schema}.${table}`);
        if (effect.ours) {
          // Nor does it matter what happens to the others: constraints are altered, and the run is over.
          this.#indexes.clear();
          this.#names = new WatchedNames([], []);
        }
        this.#tables.clear();
        return effect.ours;
      case 'ddl':
        throw new TideoverError(
          'source-changed',
          `${effect.table} was changed by a statement: ${excerpt(statement.sql)}`,
          {
            hint: 'The structure of a source must not change during the run. Abort the run and start again.',
            facts,
          },
        );
      case 'dml':
        throw new TideoverError(
          'statement-logged',
          `rows of ${effect.table} were changed by a statement that is logged as text: ${excerpt(statement.sql)}`,
          {
            hint: 'Set binlog_format=ROW for every session that writes, abort the run and start again.',
            facts,
          },
        );
    }
  }

  #xaPrepare(event: Buffer): void {
    const xid = readXaPrepare(event);
    if (xid === null) {
      this.#end(event, 'commit');
      return;
    }
    this.#prepared.set(xid, this.#current());
    this.#transaction = null;
    this.#finish(event);
  }

  #xaEnd(event: Buffer, { verb, xid }: NonNullable<ReturnType<typeof readXaEnd>>): void {
    const prepared = this.#prepared.get(xid);
    if (verb === 'COMMIT') {
      if (prepared === undefined) {
        throw this.#unsupported(
          `XA COMMIT of ${xid}, which was prepared before this reading began: its rows are unknown`,
          'End all transactions of XA RECOVER, abort the run and start again.',
        );
      }
      prepared.commit(this.#sink);
    }
    this.#prepared.delete(xid);
    this.#transaction = null;
    this.#finish(event);
  }

  #end(event: Buffer, how: 'commit' | 'rollback'): void {
    if (how === 'rollback') this.#transaction?.rollback();
    else this.#transaction?.commit(this.#sink);
    this.#transaction = null;
    this.#finish(event);
  }

  /** The boundary behind the last event of a transaction. */
  #finish(event: Buffer): void {
    const offset = event.readUInt32LE(13);
    // Positions are 32 bits wide: beyond 4 GiB in one file they cannot be trusted.
    if (offset <= this.#boundary.offset) throw this.#unsupported(`a transaction that ends at offset ${offset}`);
    if (this.#isService) this.counters.transactions++;
    this.#isService = false;
    this.#advance({ file: this.#boundary.file, offset }, event);
  }

  /** An event that belongs to no transaction: behind it is a boundary too. */
  #standAlone(event: Buffer): void {
    const offset = event.readUInt32LE(13);
    const artificial = (event.readUInt16LE(17) & artificialFlag) !== 0;
    if (this.#transaction !== null || artificial || offset <= this.#boundary.offset) return;
    this.#advance({ file: this.#boundary.file, offset }, event);
  }

  #advance(position: BinlogPosition, event: Buffer): void {
    this.#boundary = this.#gtids === null ? position : { ...position, gtid: [...this.#gtids.values()].join(',') };
    // An event that was made for this dump has no time of its own.
    this.#loggedAtS = event.readUInt32LE(0) || this.#loggedAtS;
    this.#sink.commit(this.#resumePosition, this.#loggedAtS);
  }

  #damaged(what: string): TideoverError {
    return new TideoverError('binlog-damaged', `after ${formatPosition(this.#boundary)}: ${what}`, {
      hint: 'Run the same command again: it reads the binlog from its checkpoint on. When the error returns, the log itself is damaged: abort the run and start again.',
    });
  }

  #unsupported(
    what: string,
    hint = 'The log cannot be followed past this place: abort the run and start again behind it.',
  ): TideoverError {
    return new TideoverError('binlog-unsupported', `after ${formatPosition(this.#boundary)}: ${what}`, { hint });
  }
}

function excerpt(sql: string): string {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
