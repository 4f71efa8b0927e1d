import { isSymbol, isWord } from '../util/sql-words.js';
import { tokenize, type Token } from '../util/sql-tokens.js';

/** A CREATE TABLE without any of its foreign keys. */
export function withoutForeignKeys(createSql: string): string {
  return without(createSql, isForeignKey);
}

/**
 * A CREATE TABLE without its foreign keys to tables of other schemas: a copy of the table must not become a child of somebody else's table.
 * References inside the own schema are unqualified and stay.
 */
export function withoutForeignKeysElsewhere(createSql: string): string {
  return without(createSql, isForeignKeyElsewhere);
}

/** The definitions of a table's foreign keys, as CREATE TABLE has them, but for those to tables of other schemas. */
export function foreignKeysWithin(createSql: string): string[] {
  return definitions(tokenize(createSql))
    .filter((definition) => isForeignKey(definition) && !isForeignKeyElsewhere(definition))
    .map((definition) => createSql.slice(definition[0]!.start, definition.at(-1)!.end));
}

function without(createSql: string, matches: (definition: readonly Token[]) => boolean): string {
  let result = createSql;
  for (const { start, end } of definitions(tokenize(createSql))
    .filter(matches)
    .map((definition) => ({ start: definition[0]!.start, end: definition.at(-1)!.end }))
    .reverse()) {
    // A foreign key is never the first definition: the comma before it goes with it.
    result = result.slice(0, result.lastIndexOf(',', start)) + result.slice(end);
  }
  return result;
}

/** The definitions inside the outermost parentheses, each as its tokens. */
export function definitions(tokens: readonly Token[]): Token[][] {
  const found: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isSymbol(token, ')') && --depth === 0) break;
    if (depth === 1 && isSymbol(token, ',')) found.push([]);
    else if (depth > 0) found.at(-1)!.push(token);
    if (isSymbol(token, '(')) depth++;
  }
  return found.filter((definition) => definition.length > 0);
}

function isForeignKey(definition: readonly Token[]): boolean {
  return isWord(definition[0], 'CONSTRAINT') && isWord(definition[2], 'FOREIGN');
}

function isForeignKeyElsewhere(definition: readonly Token[]): boolean {
  const at = definition.findIndex((token) => isWord(token, 'REFERENCES'));
  return isForeignKey(definition) && isSymbol(definition[at + 2], '.');
}
