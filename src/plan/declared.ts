import { TideoverError } from '../errors.js';
import { isSymbol, nameOf } from '../util/sql-words.js';
import { tokenize } from '../util/sql-tokens.js';

/** A column that keeps its values under another name. `table` is the table's name before the change. */
export interface ColumnRename {
  readonly table: string;
  readonly from: string;
  readonly to: string;
}

/** A table that keeps its rows under another name. */
export interface TableRename {
  readonly from: string;
  readonly to: string;
}

/** A column of the new structure that is computed from the source's row. `table` is the name before or after the change. */
export interface ColumnExpression {
  readonly table: string;
  readonly column: string;
  /** SQL over the columns of the source. */
  readonly expression: string;
}

/** What the operator says about a change beside its source. */
export interface Declared {
  readonly renames: readonly ColumnRename[];
  readonly tableRenames: readonly TableRename[];
  readonly maps: readonly ColumnExpression[];
  /** Tables whose rows the change wanted to read or write, and that are right without it. */
  readonly acceptedDataSteps: readonly string[];
  /** Tables of the migration tool's own, beside those that are known. */
  readonly versionTables: readonly string[];
}

export const nothingDeclared: Declared = {
  renames: [],
  tableRenames: [],
  maps: [],
  acceptedDataSteps: [],
  versionTables: [],
};

/** `table.old:new`. Throws `usage-error`. */
export function parseColumnRename(text: string): ColumnRename {
  const [table, dot, from, colon, to, surplus] = tokenize(text);
  const names = [table, from, to].map(nameOf);
  if (!isSymbol(dot, '.') || !isSymbol(colon, ':') || surplus || names.includes(null)) {
    throw misspelt('--rename', text, 'TABLE.OLD:NEW');
  }
  return { table: names[0]!, from: names[1]!, to: names[2]! };
}

/** `old:new`. Throws `usage-error`. */
export function parseTableRename(text: string): TableRename {
  const [from, colon, to, surplus] = tokenize(text);
  const names = [from, to].map(nameOf);
  if (!isSymbol(colon, ':') || surplus || names.includes(null)) throw misspelt('--rename-table', text, 'OLD:NEW');
  return { from: names[0]!, to: names[1]! };
}

/** `table.column=EXPRESSION`. Throws `usage-error`. */
export function parseColumnExpression(text: string, option = '--map'): ColumnExpression {
  const [table, dot, column, equals, ...rest] = tokenize(text);
  const names = [table, column].map(nameOf);
  if (!isSymbol(dot, '.') || !isSymbol(equals, '=') || rest.length === 0 || names.includes(null)) {
    throw misspelt(option, text, 'TABLE.COLUMN=EXPRESSION');
  }
  return { table: names[0]!, column: names[1]!, expression: text.slice(equals!.end).trim() };
}

function misspelt(flag: string, text: string, form: string): TideoverError {
  return new TideoverError('usage-error', `${flag} "${text}" is not of the form ${form}`, {
    hint: 'Put names with special characters into `backquotes`.',
  });
}

/** A declaration that speaks of something that is not there. */
export function declaredInVain(what: string, fact: string): TideoverError {
  return new TideoverError('usage-error', `${what}: ${fact}`, {
    hint: 'Correct the name, or leave the declaration out.',
  });
}
