import type { Token } from '../util/sql-tokens.js';
import { isSymbol, isWord, nameOf, qualifiedNameAt } from '../util/sql-words.js';
import { alterHead, splitAtCommas } from './clauses.js';
import { movesRows } from './refused-clauses.js';
import { nameAt, none, unjudged, type Reading } from './reading.js';
import { tableMentions, type WrittenName } from './table-mentions.js';

/** Objects of a schema that are no tables. */
const storedObjects = ['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT', 'PACKAGE', 'VIEW', 'SEQUENCE'];
/** Those of the whole server. */
const serverObjects = ['USER', 'ROLE', 'SERVER', 'TABLESPACE', 'LOGFILE', 'INSTANCE'];
const kinds = ['TABLE', 'TABLES', 'INDEX', 'DATABASE', 'SCHEMA', 'PREPARE', ...storedObjects, ...serverObjects];

/** Whether the text makes an object whose own text may hold `;`. */
export function isProgram(tokens: readonly Token[]): boolean {
  const kind = isWord(tokens[0], 'CREATE') ? objectOf(tokens)?.kind : undefined;
  return kind !== undefined && storedObjects.includes(kind) && kind !== 'VIEW' && kind !== 'SEQUENCE';
}

/** The kind of object that a definition is about, and where its name begins. */
function objectOf(tokens: readonly Token[]): { readonly kind: string; readonly nameAt: number } | null {
  // In `DEFINER = event@user` it is a name.
  const at = tokens.findIndex(
    (token, i) => i > 0 && isWord(token, ...kinds) && !isSymbol(tokens[i - 1], '=') && !isSymbol(tokens[i - 1], '@'),
  );
  // `CREATE OR REPLACE ALGORITHM=… DEFINER=a@b SQL SECURITY … VIEW` is the longest that comes before.
  if (at < 0 || at > 20) return null;
  let nameAt = at + 1;
  if (isWord(tokens[nameAt], 'BODY')) nameAt += 1;
  if (isWord(tokens[nameAt], 'IF')) nameAt += isWord(tokens[nameAt + 1], 'NOT') ? 3 : 2;
  return { kind: tokens[at]!.text.toUpperCase(), nameAt };
}

/** Reads CREATE, DROP, ALTER or RENAME of whatever there is. */
export function readDefinition(tokens: readonly Token[]): Reading {
  const alter = alterHead(tokens);
  if (alter) {
    const body = tokens.slice(alter.bodyAt);
    return {
      kind: 'alter',
      table: { schema: alter.schema, table: alter.table },
      renamedTo: renamedTo(body),
      others: namesBehind(body, 'TABLE', 'REFERENCES'),
      movesRows: splitAtCommas(body).some(movesRows),
    };
  }
  const object = objectOf(tokens);
  if (!object) return unjudged('it is about an object of an unknown kind');
  const { kind, nameAt: at } = object;
  if (serverObjects.includes(kind) || tokens.some((token) => isWord(token, 'SONAME'))) {
    return unjudged('it concerns the whole server');
  }
  switch (kind) {
    case 'TABLE':
    case 'TABLES':
      return readTableDefinition(tokens, at);
    case 'INDEX': {
      const on = tokens.findIndex((token, i) => i >= at && isWord(token, 'ON'));
      const table = nameAt(tokens, on + 1);
      return on < 0 || !table ? nameless : { kind: 'touches', tables: [table] };
    }
    case 'DATABASE':
    case 'SCHEMA':
      return readSchemaDefinition(tokens, at);
    case 'PREPARE':
      return none;
    default: {
      const name = nameAt(tokens, at);
      if (!name) return nameless;
      const isDropped = isWord(tokens[0], 'DROP');
      return { kind: 'stored', object: kind.toLowerCase(), name, isDropped, mentions: tableMentions(tokens.slice(at)) };
    }
  }
}

const nameless = unjudged('the name in it was not understood');

function readSchemaDefinition(tokens: readonly Token[], at: number): Reading {
  const isAltered = isWord(tokens[0], 'ALTER');
  // `ALTER DATABASE CHARACTER SET …` is about the one in use.
  const isUnnamed = isAltered && isWord(tokens[at], 'DEFAULT', 'CHARACTER', 'CHARSET', 'COLLATE', 'COMMENT');
  const schema = isUnnamed ? null : nameOf(tokens[at]);
  return schema === null && !isUnnamed ? nameless : { kind: 'schema', schema, isAltered };
}

function readTableDefinition(tokens: readonly Token[], at: number): Reading {
  if (isWord(tokens[0], 'RENAME')) {
    const pairs = splitAtCommas(tokens.slice(at)).map((pair) => {
      const to = pair.findIndex((token) => isWord(token, 'TO'));
      return [nameAt(pair, 0), to < 0 ? null : nameAt(pair, to + 1)] as const;
    });
    return pairs.every(isComplete) ? { kind: 'rename', pairs } : nameless;
  }
  if (isWord(tokens[0], 'DROP')) {
    const tables = splitAtCommas(tokens.slice(at)).map((name) => nameAt(name, 0));
    return tables.every((name) => name !== null) ? { kind: 'drop', tables } : nameless;
  }
  const name = qualifiedNameAt(tokens, at);
  if (!name || !isWord(tokens[0], 'CREATE')) return nameless;
  return {
    kind: 'create',
    table: { schema: name.schema, table: name.table },
    temporary: tokens.slice(0, at).some((token) => isWord(token, 'TEMPORARY')),
    ifNotExists: tokens.slice(0, at).some((token) => isWord(token, 'IF')),
    // LIKE stands right behind the name, or alone in parentheses; anywhere else it compares texts.
    others: [
      ...namesBehind(tokens.slice(name.next, name.next + 5), 'LIKE'),
      ...namesBehind(tokens.slice(name.next), 'REFERENCES'),
    ],
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

function isComplete(
  pair: readonly [WrittenName | null, WrittenName | null],
): pair is readonly [WrittenName, WrittenName] {
  return pair.every((name) => name !== null);
}

/** The names that stand behind one of these words. */
function namesBehind(tokens: readonly Token[], ...words: readonly string[]): WrittenName[] {
  return tokens.flatMap((token, at) => (isWord(token, ...words) ? (nameAt(tokens, at + 1) ?? []) : []));
}
