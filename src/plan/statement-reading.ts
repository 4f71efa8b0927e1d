import { tokenize, type Token } from '../util/sql-tokens.js';
import { isSymbol, isWord, nameOf } from '../util/sql-words.js';
import { splitStatements } from './alter-statement.js';
import { splitAtCommas } from './clauses.js';
import { isStored, readDefinition } from './definition-reading.js';
import { nameAt, none, type Reading, type SetColumn } from './reading.js';
import { tableMentions } from './table-mentions.js';

/** The statements of a text that a client sent in one piece. */
export function statementsIn(text: string): string[] {
  return isStored(tokenize(text)) ? [text] : splitStatements(text);
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
