import { tokenize, type Token } from '../util/sql-tokens.js';
import { isSymbol, isWord } from '../util/sql-words.js';
import { isProgram } from './definition-reading.js';

/** The statements of a text that a client sent in one piece. */
export function statementsIn(text: string): string[] {
  const tokens = tokenize(text);
  const statements: string[] = [];
  for (let at = 0; at < tokens.length;) {
    const end = endOfStatement(tokens, at);
    if (end > at) statements.push(text.slice(tokens[at]!.start, tokens[end - 1]!.end));
    at = end + 1;
  }
  return statements;
}

/**
 * Index of the `;` behind the statement that begins at `from`. Those inside the block of a stored program end nothing; outside of one (in a
 * single IF, say) they are taken for the end, and what is left of the program then is a statement that nobody knows.
 */
function endOfStatement(tokens: readonly Token[], from: number): number {
  const hasBlocks = isProgram(tokens.slice(from));
  let depth = 0;
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at];
    if (depth === 0 && isSymbol(token, ';')) return at;
    if (!hasBlocks) continue;
    const ends = isWord(tokens[at - 1], 'END');
    if (isWord(token, 'BEGIN') || (isWord(token, 'CASE') && !ends)) depth++;
    if (isWord(token, 'END') && !isWord(tokens[at + 1], 'IF', 'LOOP', 'WHILE', 'REPEAT', 'FOR')) depth--;
  }
  return tokens.length;
}

/** The statement that is executed by another one: behind SET STATEMENT … FOR and ANALYZE, and in PREPARE and EXECUTE IMMEDIATE of a plain text. */
export function innermost(sql: string): string {
  const tokens = tokenize(sql);
  const inner = executed(sql, tokens);
  return inner === null ? sql : innermost(inner);
}

function executed(sql: string, tokens: readonly Token[]): string | null {
  const from = (at: number): string | null => (at > 0 && tokens[at] ? sql.slice(tokens[at].start) : null);
  if (isWord(tokens[0], 'SET') && isWord(tokens[1], 'STATEMENT')) {
    return from(tokens.findIndex((token) => isWord(token, 'FOR')) + 1);
  }
  if (isWord(tokens[0], 'ANALYZE') && !isWord(tokens[1], 'TABLE') && !isWord(tokens[2], 'TABLE')) {
    return from(tokens.findIndex((token) => isWord(token, 'SELECT', 'WITH', 'INSERT', 'REPLACE', 'UPDATE', 'DELETE')));
  }
  const isImmediate = isWord(tokens[0], 'EXECUTE') && isWord(tokens[1], 'IMMEDIATE');
  const at = isImmediate ? 2 : isWord(tokens[0], 'PREPARE') && isWord(tokens[2], 'FROM') ? 3 : -1;
  const isWhole = tokens.length === at + 1 || (isImmediate && isWord(tokens[at + 1], 'USING'));
  return isWhole && tokens[at]?.kind === 'string' ? tokens[at].text : null;
}
