import { tokenize, type Token } from '../util/sql-tokens.js';
import { isSymbol, isWord, nameOf, qualifiedNameAt } from '../util/sql-words.js';
import { splitStatements } from './alter-statement.js';
import { alterHead, splitAtCommas } from './clauses.js';
import { tableMentions, type Mention, type WrittenName } from './table-mentions.js';

/** A column that an UPDATE sets. `qualifier` is the table or its alias, as written. */
export interface SetColumn {
  readonly qualifier: string | null;
  readonly column: string;
}

/** What one statement of a migration tool does, as far as it matters to a plan. */
export type Reading =
  | { readonly kind: 'none' }
  | { readonly kind: 'use'; readonly schema: string }
  | {
      readonly kind: 'create';
      readonly table: WrittenName;
      readonly temporary: boolean;
      readonly ifNotExists: boolean;
      readonly rows: readonly Mention[];
    }
  | { readonly kind: 'drop'; readonly tables: readonly WrittenName[] }
  | { readonly kind: 'rename'; readonly pairs: readonly (readonly [WrittenName, WrittenName])[] }
  | { readonly kind: 'alter'; readonly table: WrittenName; readonly renamedTo: WrittenName | null }
  | { readonly kind: 'index'; readonly table: WrittenName }
  | { readonly kind: 'truncate'; readonly table: WrittenName }
  /** Rows are read or written; `sets` are the columns of an UPDATE, null for every other verb. */
  | { readonly kind: 'rows'; readonly mentions: readonly Mention[]; readonly sets: readonly SetColumn[] | null }
  /** A stored program, a view, an event: `mentions` are what it reads and writes when it is used. */
  | { readonly kind: 'stored'; readonly name: WrittenName | null; readonly mentions: readonly Mention[] }
  /** A whole schema is made, dropped or altered. */
  | { readonly kind: 'schema'; readonly schema: string };

const none: Reading = { kind: 'none' };

/** Objects whose text holds statements of its own. */
const storedObjects = ['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT', 'PACKAGE', 'VIEW'];

/** The statements of a text that a client sent in one piece. */
export function statementsIn(text: string): string[] {
  return isStored(tokenize(text)) ? [text] : splitStatements(text);
}

function isStored(tokens: readonly Token[]): boolean {
  return isWord(tokens[0], 'CREATE') && storedObjects.includes(objectOf(tokens)?.kind ?? '');
}

/** Reads one statement. What it does not know reads and writes no rows as far as it can tell: the structures are compared anyway. */
export function readStatement(sql: string): Reading {
  let tokens = tokenize(sql);
  while (isWord(tokens[0], 'SET') && isWord(tokens[1], 'STATEMENT')) {
    const forAt = tokens.findIndex((token) => isWord(token, 'FOR'));
    tokens = forAt < 0 ? [] : tokens.slice(forAt + 1);
  }
  while (isSymbol(tokens[0], '(')) tokens = tokens.slice(1);
  const verb = tokens[0]?.kind === 'word' ? tokens[0].text.toUpperCase() : '';
  switch (verb) {
    case 'USE': {
      const schema = nameOf(tokens[1]);
      return schema === null ? none : { kind: 'use', schema };
    }
    case 'SELECT':
    case 'WITH':
    case 'INSERT':
    case 'REPLACE':
    case 'UPDATE':
    case 'DELETE':
    case 'LOAD':
    case 'DO':
    case 'HANDLER':
    case 'BEGIN':
      return readRows(tokens);
    case 'TRUNCATE': {
      const table = nameAt(tokens, isWord(tokens[1], 'TABLE') ? 2 : 1);
      return table ? { kind: 'truncate', table } : none;
    }
    case 'CREATE':
    case 'DROP':
    case 'ALTER':
    case 'RENAME':
      return readDefinition(tokens);
    default:
      return none;
  }
}

function readRows(tokens: readonly Token[]): Reading {
  const common = commonTableNames(tokens);
  const mentions = tableMentions(tokens).filter(
    ({ schema, table }) => schema !== null || !common.has(table.toLowerCase()),
  );
  return { kind: 'rows', mentions, sets: isWord(tokens[0], 'UPDATE') ? setColumns(tokens) : null };
}

/** `WITH a AS (…), b (…) AS (…)`: names that are no tables. */
function commonTableNames(tokens: readonly Token[]): Set<string> {
  const names = new Set<string>();
  if (!tokens.some((token) => isWord(token, 'WITH'))) return names;
  for (const [at, token] of tokens.entries()) {
    const isBegun = isWord(tokens[at - 1], 'WITH', 'RECURSIVE') || isSymbol(tokens[at - 1], ',');
    const name = nameOf(token);
    if (!isBegun || name === null) continue;
    if (isWord(tokens[at + 1], 'AS') && isSymbol(tokens[at + 2], '(')) names.add(name.toLowerCase());
    else if (isSymbol(tokens[at + 1], '(')) {
      const close = tokens.findIndex((candidate, i) => i > at && isSymbol(candidate, ')'));
      if (isWord(tokens[close + 1], 'AS')) names.add(name.toLowerCase());
    }
  }
  return names;
}

/** The columns of `UPDATE … SET a = …, t.b = …`. */
function setColumns(tokens: readonly Token[]): SetColumn[] {
  const from = tokens.findIndex((token) => isWord(token, 'SET'));
  if (from < 0) return [];
  let depth = 0;
  const to = tokens.findIndex((token, i) => {
    depth += isSymbol(token, '(') ? 1 : isSymbol(token, ')') ? -1 : 0;
    return i > from && depth === 0 && isWord(token, 'WHERE', 'ORDER', 'LIMIT', 'RETURNING');
  });
  return splitAtCommas(tokens.slice(from + 1, to < 0 ? undefined : to)).flatMap((assignment): SetColumn[] => {
    const equals = assignment.findIndex((token) => isSymbol(token, '='));
    const names = assignment.slice(0, equals).map(nameOf);
    const column = names.at(-1);
    if (equals < 1 || column === null || column === undefined) return [];
    return [{ qualifier: equals >= 3 ? (names.at(-3) ?? null) : null, column }];
  });
}

/** The kind of object that a definition is about, and where its name begins. */
function objectOf(tokens: readonly Token[]): { readonly kind: string; readonly nameAt: number } | null {
  const kinds = ['TABLE', 'TABLES', 'INDEX', 'DATABASE', 'SCHEMA', ...storedObjects];
  const at = tokens.findIndex((token, i) => i > 0 && isWord(token, ...kinds));
  // `CREATE OR REPLACE ALGORITHM=… DEFINER=a@b SQL SECURITY … VIEW` is the longest that comes before.
  if (at < 0 || at > 20) return null;
  let nameAt = at + 1;
  if (isWord(tokens[nameAt], 'IF')) nameAt += isWord(tokens[nameAt + 1], 'NOT') ? 3 : 2;
  return { kind: tokens[at]!.text.toUpperCase(), nameAt };
}

function readDefinition(tokens: readonly Token[]): Reading {
  const alter = alterHead(tokens);
  if (alter) {
    const table = { schema: alter.schema, table: alter.table };
    return { kind: 'alter', table, renamedTo: renamedTo(tokens.slice(alter.bodyAt)) };
  }
  const object = objectOf(tokens);
  if (!object) return none;
  const { kind, nameAt: at } = object;
  switch (kind) {
    case 'TABLE':
    case 'TABLES':
      return readTableDefinition(tokens, at);
    case 'INDEX': {
      const on = tokens.findIndex((token, i) => i >= at && isWord(token, 'ON'));
      const table = nameAt(tokens, on + 1);
      return on < 0 || !table ? none : { kind: 'index', table };
    }
    case 'DATABASE':
    case 'SCHEMA': {
      const schema = nameOf(tokens[at]);
      return schema === null ? none : { kind: 'schema', schema };
    }
    default:
      return { kind: 'stored', name: nameAt(tokens, at), mentions: tableMentions(tokens.slice(at)) };
  }
}

function readTableDefinition(tokens: readonly Token[], at: number): Reading {
  if (isWord(tokens[0], 'RENAME')) {
    const pairs = splitAtCommas(tokens.slice(at)).flatMap((pair): [WrittenName, WrittenName][] => {
      const to = pair.findIndex((token) => isWord(token, 'TO'));
      const names = [nameAt(pair, 0), nameAt(pair, to + 1)];
      return to < 0 || !names[0] || !names[1] ? [] : [[names[0], names[1]]];
    });
    return { kind: 'rename', pairs };
  }
  if (isWord(tokens[0], 'DROP')) {
    const tables = splitAtCommas(tokens.slice(at)).flatMap((name) => nameAt(name, 0) ?? []);
    return { kind: 'drop', tables };
  }
  const name = qualifiedNameAt(tokens, at);
  if (!name || !isWord(tokens[0], 'CREATE')) return none;
  return {
    kind: 'create',
    table: { schema: name.schema, table: name.table },
    temporary: tokens.slice(0, at).some((token) => isWord(token, 'TEMPORARY')),
    ifNotExists: tokens.slice(0, at).some((token) => isWord(token, 'IF')),
    // CREATE TABLE … SELECT
    rows: tokens.some((token) => isWord(token, 'SELECT')) ? tableMentions(tokens.slice(name.next)) : [],
  };
}

/** The new name in `RENAME [TO | AS | =] name`, null when no clause is one. */
function renamedTo(body: readonly Token[]): WrittenName | null {
  for (const clause of splitAtCommas(body)) {
    if (!isWord(clause[0], 'RENAME') || isWord(clause[1], 'COLUMN', 'INDEX', 'KEY')) continue;
    return nameAt(clause, isWord(clause[1], 'TO', 'AS') || isSymbol(clause[1], '=') ? 2 : 1);
  }
  return null;
}

function nameAt(tokens: readonly Token[], at: number): WrittenName | null {
  const name = qualifiedNameAt(tokens, at);
  return name && { schema: name.schema, table: name.table };
}
