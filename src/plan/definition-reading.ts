import type { Token } from '../util/sql-tokens.js';
import { isSymbol, isWord, nameOf, qualifiedNameAt } from '../util/sql-words.js';
import { alterHead, splitAtCommas } from './clauses.js';
import { movesRows } from './refused-clauses.js';
import { nameAt, none, type Reading } from './reading.js';
import { tableMentions, type WrittenName } from './table-mentions.js';

/** Objects whose text holds statements of its own. */
const storedObjects = ['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT', 'PACKAGE', 'VIEW'];

/** Whether the text makes an object whose own text may hold `;`. */
export function isStored(tokens: readonly Token[]): boolean {
  return isWord(tokens[0], 'CREATE') && storedObjects.includes(objectOf(tokens)?.kind ?? '');
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

/** The names that stand behind one of these words. */
function namesBehind(tokens: readonly Token[], ...words: readonly string[]): WrittenName[] {
  return tokens.flatMap((token, at) => (isWord(token, ...words) ? (nameAt(tokens, at + 1) ?? []) : []));
}
