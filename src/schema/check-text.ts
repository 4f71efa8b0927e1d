import { isSymbol, isWord } from '../util/sql-words.js';
import { tokenize, type Token } from '../util/sql-tokens.js';
import { definitions } from './foreign-key-text.js';

/** A CHECK constraint of a table or of one of its columns. */
export interface CheckConstraint {
  /** The constraint's name, or that of the column that it belongs to. */
  readonly name: string;
  /** As the server writes it; columns are quoted and nothing else is. */
  readonly expression: string;
}

/** The CHECK constraints of a CREATE TABLE as the server prints it. That of a JSON column is among them. */
export function checkConstraintsOf(createSql: string): CheckConstraint[] {
  return definitions(tokenize(createSql)).flatMap((definition) => {
    const at = definition.findIndex((token, i) => isWord(token, 'CHECK') && isSymbol(definition[i + 1], '('));
    if (at < 0) return [];
    const name = definition.find(({ kind }) => kind === 'quoted-identifier')?.text ?? '';
    return [{ name, expression: createSql.slice(definition[at + 1]!.end, closing(definition, at + 1).start) }];
  });
}

/** The parenthesis that closes the one at `opening`. */
function closing(tokens: readonly Token[], opening: number): Token {
  let depth = 0;
  for (const token of tokens.slice(opening)) {
    if (isSymbol(token, '(')) depth++;
    if (isSymbol(token, ')') && --depth === 0) return token;
  }
  throw new Error('a parenthesis is not closed');
}
