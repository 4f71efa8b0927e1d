import { fold } from './column-tracking.js';
import type { Reading, SetColumn } from './reading.js';
import { innermost, statementsIn } from './sent-text.js';
import { readStatement } from './statement-reading.js';
import type { SeenStatement } from './statement-tap.js';
import type { Mention, WrittenName } from './table-mentions.js';

/** What became of a table's name, as the statements say. */
export interface TableHistory {
  /** The source's table whose structure this one continues; null when it was made anew. */
  readonly origin: string | null;
  /** The ALTER TABLE statements on the way. */
  readonly alters: readonly string[];
}

/** A statement that wanted rows of tables whose clones are empty: what it would have done to the real ones was not done. */
export interface DataStep {
  /** The source's tables that it would have written; when it writes none of them, those that it reads. */
  readonly tables: readonly string[];
  /** Null: rows were found in the table, however they got there. */
  readonly statement: string | null;
  /** Everything that it writes, when it is an UPDATE of known columns; null for anything else. */
  readonly columns: readonly { readonly table: string; readonly column: string }[] | null;
}

/** A statement that used another schema than the clone. */
export interface Elsewhere {
  readonly schema: string;
  readonly statement: string;
  readonly writes: boolean;
}

/** A statement of which it cannot be told what it does. */
export interface Unjudged {
  readonly statement: string;
  readonly reason: string;
}

/** A statement about what the clone does not have: the database's own views and programs, and its defaults. */
export interface Unheeded {
  readonly statement: string;
  /** `view v`; null for the database itself. */
  readonly object: string | null;
}

export interface ToolHistory {
  /** By the tables' names at the end. */
  readonly tables: ReadonlyMap<string, TableHistory>;
  readonly steps: readonly DataStep[];
  readonly elsewhere: readonly Elsewhere[];
  readonly unjudged: readonly Unjudged[];
  readonly unheeded: readonly Unheeded[];
}

export interface HistoryInput {
  readonly statements: readonly SeenStatement[];
  /** Where the clone is. */
  readonly schema: string;
  /** The clone's tables before the first statement. */
  readonly tables: readonly string[];
  /** Those of them that have their rows. */
  readonly versionTables: readonly string[];
  /** The server does not tell cases of table names apart. */
  readonly foldsNames: boolean;
}

/** Follows tables by name through everything that a tool was seen to do, and finds what it wanted of their rows. */
export function readHistory(input: HistoryInput): ToolHistory {
  const reader = new HistoryReader(input);
  for (const statement of input.statements) {
    if (!statement.failed) reader.read(statement);
  }
  return reader;
}

const systemSchemas = new Set(['information_schema', 'performance_schema', 'mysql', 'sys']);

class HistoryReader implements ToolHistory {
  readonly tables = new Map<string, TableHistory>();
  readonly steps: DataStep[] = [];
  readonly elsewhere: Elsewhere[] = [];
  readonly unjudged: Unjudged[] = [];
  readonly unheeded: Unheeded[] = [];
  readonly #input: HistoryInput;
  readonly #versionTables: ReadonlySet<string>;
  /** Default schema by connection. */
  readonly #defaults = new Map<number, string>();
  /** `connection table` of temporary tables. */
  readonly #temporary = new Set<string>();
  #connection = 0;
  #sql = '';

  constructor(input: HistoryInput) {
    this.#input = input;
    this.#versionTables = new Set(input.versionTables);
    for (const table of input.tables) this.tables.set(table, { origin: table, alters: [] });
  }

  read({ connection, sql, cut }: SeenStatement): void {
    this.#connection = connection;
    if (cut) this.unjudged.push({ statement: sql, reason: 'it is too long' });
    for (const text of statementsIn(sql)) {
      this.#sql = text;
      this.#follow(readStatement(text));
    }
  }

  #follow(reading: Reading): void {
    switch (reading.kind) {
      case 'none':
        return;
      case 'unjudged':
        this.unjudged.push({ statement: this.#sql, reason: reading.reason });
        return;
      case 'use':
        this.#defaults.set(this.#connection, reading.schema);
        this.#isHere(reading.schema, { writes: false });
        return;
      case 'schema':
        this.#schema(reading);
        return;
      case 'create':
        this.#create(reading);
        return;
      case 'drop':
        for (const table of reading.tables) this.#drop(table);
        return;
      case 'rename':
        for (const [from, to] of reading.pairs) this.#rename(from, to);
        return;
      case 'alter':
        this.#alter(reading);
        return;
      case 'touches':
        for (const table of reading.tables) this.#here(table, { writes: true });
        return;
      case 'truncate':
        this.#written([reading.table]);
        return;
      case 'rows':
        this.#rows(reading.mentions, reading.sets);
        return;
      case 'stored':
        this.#stored(reading);
        return;
    }
  }

  #schema({ schema, isAltered }: Extract<Reading, { kind: 'schema' }>): void {
    const isHere = schema === null || this.#isHere(schema, { writes: true });
    if (isHere && isAltered) this.unheeded.push({ statement: this.#sql, object: null });
  }

  #stored({ object, name, isDropped, mentions }: Extract<Reading, { kind: 'stored' }>): void {
    const here = this.#here(name, { writes: true }) !== null;
    if (here && isDropped) this.unheeded.push({ statement: this.#sql, object: `${object} ${name.table}` });
    this.#rows(
      mentions.map((mention) => ({ ...mention, writes: false })),
      null,
    );
  }

  #create(reading: Extract<Reading, { kind: 'create' }>): void {
    const { table, temporary, ifNotExists, others } = reading;
    for (const other of others) this.#here(other, { writes: false });
    if (temporary) this.#temporary.add(`${this.#connection} ${this.#spelled(table.table)}`);
    else {
      const name = this.#here(table, { writes: true });
      if (name !== null && !(ifNotExists && this.tables.has(name))) this.tables.set(name, { origin: null, alters: [] });
    }
    this.#rows(reading.rows, null);
  }

  #drop(table: WrittenName): void {
    if (this.#temporary.delete(`${this.#connection} ${this.#spelled(table.table)}`)) return;
    const name = this.#here(table, { writes: true });
    if (name !== null) this.tables.delete(name);
  }

  #rename(from: WrittenName, to: WrittenName): void {
    const [before, after] = [this.#here(from, { writes: true }), this.#here(to, { writes: true })];
    const history = before === null ? undefined : this.tables.get(before);
    if (before === null || history === undefined) return;
    this.tables.delete(before);
    if (after !== null) this.tables.set(after, history);
  }

  #alter({ table, renamedTo, others, movesRows }: Extract<Reading, { kind: 'alter' }>): void {
    const name = this.#here(table, { writes: true });
    for (const other of others) this.#here(other, { writes: movesRows });
    if (movesRows) this.#written([table, ...others]);
    const history = name === null ? undefined : this.tables.get(name);
    if (name === null || history === undefined) return;
    this.tables.set(name, { ...history, alters: [...history.alters, innermost(this.#sql)] });
    if (renamedTo) this.#rename(table, renamedTo);
  }

  /** Rows of these tables come or go without a statement about rows. */
  #written(tables: readonly WrittenName[]): void {
    this.#rows(
      tables.map((table) => ({ ...table, alias: null, writes: true })),
      null,
    );
  }

  #rows(mentions: readonly Mention[], sets: readonly SetColumn[] | null): void {
    const columns = sets === null ? null : this.#resolve(sets, mentions);
    const written: string[] = [];
    const read: string[] = [];
    for (const mention of mentions) {
      const name = this.#here(mention, mention);
      const origin = name === null ? null : this.#sourceOf(name);
      if (origin === null || this.#versionTables.has(origin)) continue;
      const writes = mention.writes && (columns === null || columns.some(({ table }) => table === origin));
      (writes ? written : read).push(origin);
    }
    const tables = [...new Set(written.length > 0 ? written : read)];
    if (tables.length > 0)
      this.steps.push({ tables, statement: this.#sql, columns: written.length > 0 ? columns : null });
  }

  /** Which columns of which of the source's tables an UPDATE sets; null when it cannot be told of each. */
  #resolve(sets: readonly SetColumn[], mentions: readonly Mention[]): DataStep['columns'] {
    const columns: { table: string; column: string }[] = [];
    for (const { qualifier, column } of sets) {
      const candidates = mentions.filter(({ writes, alias, table }) =>
        qualifier === null ? writes : fold(alias ?? table) === fold(qualifier),
      );
      const name = candidates.length === 1 ? this.#here(candidates[0]!, { writes: true }) : null;
      const table = name === null ? null : (this.#sourceOf(name) ?? name);
      if (table === null) return null;
      columns.push({ table, column });
    }
    return columns;
  }

  #sourceOf(name: string): string | null {
    if (this.#temporary.has(`${this.#connection} ${name}`)) return null;
    return this.tables.get(name)?.origin ?? null;
  }

  /** The name in the clone that a written name stands for; null, and noted, when it is somewhere else. */
  #here({ schema, table }: WrittenName, use: { readonly writes: boolean }): string | null {
    const where = schema ?? this.#defaults.get(this.#connection);
    // Without a default schema the server refuses the statement.
    return where !== undefined && this.#isHere(where, use) ? this.#spelled(table) : null;
  }

  #isHere(schema: string, { writes }: { readonly writes: boolean }): boolean {
    if (fold(schema) === fold(this.#input.schema)) return true;
    if (!systemSchemas.has(fold(schema)) || (writes && fold(schema) === 'mysql')) {
      this.elsewhere.push({ schema, statement: this.#sql, writes });
    }
    return false;
  }

  #spelled(table: string): string {
    if (!this.#input.foldsNames) return table;
    return [...this.tables.keys()].find((name) => fold(name) === fold(table)) ?? table.toLowerCase();
  }
}
