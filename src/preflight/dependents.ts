import { fold } from '../plan/column-tracking.js';
import type { Plan } from '../plan/plan.js';
import type { TableMapping } from '../schema/table.js';
import { tokenize, type LexicalMode, type Token } from '../util/sql-tokens.js';
import { isSymbol, isWord, nameOf } from '../util/sql-words.js';

/** What the migration makes of a name that others may use: views, routines, grants. Names are the project database's. */
export interface TableChange {
  /** As it is called now. */
  readonly table: string;
  /** As it will be called; null when there will be no such table. */
  readonly becomes: string | null;
  /** Columns that will not be found under their name any more, with their new name, null for those that are dropped. */
  readonly gone: readonly { readonly column: string; readonly becomes: string | null }[];
  /** Columns that are renamed and whose old name another column gets. */
  readonly reused: readonly string[];
  /** The list of columns, as `*` and an INSERT without column names see it, becomes another. */
  readonly otherColumns: boolean;
}

/** The changes of every table that is migrated or dropped. */
export function tableChanges(plan: Plan): TableChange[] {
  const dropped = plan.moves.filter(({ kind }) => kind === 'dropped').map(({ table }) => table);
  return [
    ...plan.tables.map(changeOf),
    ...dropped.map((table) => ({ table, becomes: null, gone: [], reused: [], otherColumns: false })),
  ];
}

function changeOf({ source, shadow, renames }: TableMapping): TableChange {
  const renamed = new Map(Object.entries(renames).map(([from, to]) => [fold(from), to]));
  const remaining = new Set(shadow.columns.map(({ name }) => fold(name)));
  const list = (table: TableMapping['source']): string =>
    JSON.stringify(table.columns.filter(({ invisible }) => !invisible).map(({ name }) => fold(name)));
  return {
    table: source.name.table,
    becomes: shadow.name.table,
    gone: source.columns
      .filter(({ name }) => !remaining.has(fold(name)))
      .map(({ name }) => ({ column: name, becomes: renamed.get(fold(name)) ?? null })),
    reused: source.columns
      .map(({ name }) => name)
      .filter((name) => remaining.has(fold(name)) && fold(renamed.get(fold(name)) ?? name) !== fold(name)),
    otherColumns: list(source) !== list(shadow),
  };
}

/** Some name stops to mean what it means now. */
export function losesNames({ table, becomes, gone, reused }: TableChange): boolean {
  return becomes !== table || gone.length > 0 || reused.length > 0;
}

/** `orders.price, which is renamed to cost` */
export function fatesOf(change: TableChange): { readonly column: string; readonly fate: string }[] {
  return [
    ...change.gone.map(({ column, becomes }) => ({
      column,
      fate: `${change.table}.${column}, which is ${becomes === null ? 'dropped' : `renamed to ${becomes}`}`,
    })),
    ...change.reused.map((column) => ({
      column,
      fate: `${change.table}.${column}, which is another column afterwards`,
    })),
  ];
}

/** SQL text that is stored in the server: a view's query, the body of a routine. */
export class StoredSql {
  readonly tokens: readonly Token[];
  readonly #names: ReadonlySet<string>;

  constructor(sql: string, mode: LexicalMode = {}) {
    this.tokens = tokenize(sql, mode);
    this.#names = new Set(this.tokens.map(nameOf).flatMap((name) => (name === null ? [] : [fold(name)])));
  }

  /**
   * Where it names the table, as indexes of the table's token: qualified, or bare where bare names mean this schema (`inside`). A column of the
   * same name is taken for the table as well: a false alarm is better than an overlooked one.
   */
  mentions(schema: string, table: string, inside: boolean): number[] {
    return this.tokens.flatMap((token, at) => {
      if (nameOf(token) !== table) return [];
      if (!isSymbol(this.tokens[at - 1], '.')) return inside ? [at] : [];
      const isWhole = nameOf(this.tokens[at - 2]) === schema && !isSymbol(this.tokens[at - 3], '.');
      return isWhole ? [at] : [];
    });
  }

  /** Whether a name of that spelling occurs, whatever it stands for. Columns' names are the same in any case. */
  hasName(column: string): boolean {
    return this.#names.has(fold(column));
  }

  /** Whether it takes the columns of a table as they come: `SELECT *`, `t.*`, or INSERT without a list of columns. */
  takesColumnsAsTheyCome(): boolean {
    return this.tokens.some((token, at) => {
      const before = this.tokens[at - 1];
      if (isSymbol(token, '*')) return isWord(before, 'SELECT', 'DISTINCT', 'ALL') || isSymbol(before, '.');
      return isWord(token, 'VALUES', 'VALUE', 'SELECT') && this.#endsInsertInto(at);
    });
  }

  /** `INSERT INTO [schema.]table` or REPLACE, ending before `at`. */
  #endsInsertInto(at: number): boolean {
    const isQualified = isSymbol(this.tokens[at - 2], '.');
    const verb = this.tokens[isQualified ? at - 4 : at - 2];
    return nameOf(this.tokens[at - 1]) !== null && isWord(verb, 'INTO', 'INSERT', 'REPLACE', 'IGNORE');
  }
}
