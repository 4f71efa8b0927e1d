import { splitAtCommas, clausesOf, type Clause } from './clauses.js';
import { isSymbol, isWord, nameOf } from '../util/sql-words.js';

/** A column after the change: where its values come from, null for a new column. */
export interface TrackedColumn {
  readonly name: string;
  readonly origin: string | null;
}

/**
 * Follows columns by name through ALTER TABLE statements for one table. What it says is a claim, to be held against what the server made of
 * the statements: names that do not agree are refused (I6).
 */
export function trackColumns(columns: readonly string[], statements: readonly string[]): TrackedColumn[] {
  let tracked: TrackedColumn[] = columns.map((name) => ({ name, origin: name }));
  for (const statement of statements) tracked = applyStatement(tracked, clausesOf(statement));
  return tracked;
}

/** All clauses of one statement speak of the columns as they were before it: that is how names can be swapped. */
function applyStatement(before: readonly TrackedColumn[], clauses: readonly Clause[]): TrackedColumn[] {
  const dropped = new Set<string>();
  const renamed = new Map<string, string>();
  const added: string[] = [];
  for (const clause of clauses) {
    const drop = droppedColumn(clause);
    if (drop !== null) dropped.add(fold(drop));
    const rename = renamedColumn(clause);
    if (rename) renamed.set(fold(rename.from), rename.to);
    for (const column of addedColumns(clause)) {
      const isThere = before.some((existing) => fold(existing.name) === fold(column.name));
      if (!(column.ifNotExists && isThere)) added.push(column.name);
    }
  }
  const kept = before
    .filter((column) => !dropped.has(fold(column.name)))
    .map((column) => ({ ...column, name: renamed.get(fold(column.name)) ?? column.name }));
  return [...kept, ...added.map((name) => ({ name, origin: null }))];
}

/** Column names are the same in any case. */
export function fold(name: string): string {
  return name.toLowerCase();
}

/** Index of the token behind `[COLUMN] [IF [NOT] EXISTS]` that starts at `at`. */
function skipPreamble(clause: Clause, at: number): { readonly at: number; readonly conditional: boolean } {
  let next = isWord(clause[at], 'COLUMN') ? at + 1 : at;
  if (!isWord(clause[next], 'IF')) return { at: next, conditional: false };
  next += isWord(clause[next + 1], 'NOT') ? 3 : 2;
  return { at: next, conditional: true };
}

function droppedColumn(clause: Clause): string | null {
  if (!isWord(clause[0], 'DROP')) return null;
  if (isWord(clause[1], 'PRIMARY', 'INDEX', 'KEY', 'FOREIGN', 'CONSTRAINT', 'CHECK', 'PARTITION')) return null;
  return nameOf(clause[skipPreamble(clause, 1).at]);
}

function renamedColumn(clause: Clause): { readonly from: string; readonly to: string } | null {
  const isChange = isWord(clause[0], 'CHANGE');
  if (!isChange && !(isWord(clause[0], 'RENAME') && isWord(clause[1], 'COLUMN'))) return null;
  const { at } = skipPreamble(clause, 1);
  const from = nameOf(clause[at]);
  const to = nameOf(clause[isChange ? at + 1 : at + 2]);
  return from === null || to === null ? null : { from, to };
}

interface AddedColumn {
  readonly name: string;
  readonly ifNotExists: boolean;
}

function addedColumns(clause: Clause): AddedColumn[] {
  if (!isWord(clause[0], 'ADD') || isKeyDefinition(clause, 1)) return [];
  const { at, conditional } = skipPreamble(clause, 1);
  if (!isSymbol(clause[at], '(')) {
    const name = nameOf(clause[at]);
    return name === null ? [] : [{ name, ifNotExists: conditional }];
  }
  return splitAtCommas(clause.slice(at + 1, closingParenthesis(clause, at)))
    .filter((definition) => !isKeyDefinition(definition, 0))
    .flatMap((definition) => {
      const name = nameOf(definition[0]);
      return name === null ? [] : [{ name, ifNotExists: conditional }];
    });
}

function closingParenthesis(clause: Clause, openAt: number): number {
  let depth = 0;
  for (let at = openAt; at < clause.length; at++) {
    if (isSymbol(clause[at], '(')) depth++;
    if (isSymbol(clause[at], ')') && --depth === 0) return at;
  }
  return clause.length;
}

/** All of these are reserved words: no column has such a name without backquotes. */
function isKeyDefinition(clause: Clause, at: number): boolean {
  return isWord(
    clause[at],
    'INDEX',
    'KEY',
    'UNIQUE',
    'FULLTEXT',
    'SPATIAL',
    'PRIMARY',
    'CONSTRAINT',
    'FOREIGN',
    'CHECK',
    'PARTITION',
  );
}
