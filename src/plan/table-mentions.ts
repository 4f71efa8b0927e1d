import type { Token } from '../util/sql-tokens.js';
import { isSymbol, isWord, nameOf, qualifiedNameAt } from '../util/sql-words.js';

/** A name as a statement writes it. */
export interface WrittenName {
  readonly schema: string | null;
  readonly table: string;
}

/** A table that a statement reads or writes rows of. */
export interface Mention extends WrittenName {
  readonly alias: string | null;
  readonly writes: boolean;
}

/** After these a list of tables is over. */
const listEnds = [
  ...['WHERE', 'GROUP', 'HAVING', 'ORDER', 'LIMIT', 'SET', 'UNION', 'EXCEPT', 'INTERSECT', 'FOR', 'VALUES'],
  ...['RETURNING', 'PROCEDURE', 'WINDOW', 'SELECT', 'FETCH', 'OFFSET', 'LOCK'],
];
const joins = ['JOIN', 'STRAIGHT_JOIN'];
/** No alias is such a word without backquotes. */
const notAnAlias = new Set([
  ...listEnds,
  ...joins,
  ...['INNER', 'LEFT', 'RIGHT', 'CROSS', 'NATURAL', 'ON', 'USING', 'USE', 'FORCE', 'IGNORE', 'PARTITION'],
  ...['INTO', 'VALUE', 'DEFAULT', 'DO', 'END', 'THEN', 'LOOP', 'BEGIN', 'SKIP'],
]);
const modifiers = ['LOW_PRIORITY', 'HIGH_PRIORITY', 'DELAYED', 'QUICK', 'IGNORE', 'CONCURRENT', 'LOCAL', 'ONLY'];
/** `TRIM(x FROM y)` and the like. */
const functionsWithFrom = ['EXTRACT', 'TRIM', 'SUBSTRING', 'SUBSTR', 'MID', 'POSITION'];

/** What is inside one pair of parentheses. */
interface Level {
  /** A list of tables is being written. */
  listing: boolean;
  /** The next name is a table's. */
  expecting: boolean;
  writes: boolean;
  readonly inFunction: boolean;
}

/**
 * The tables that a statement mentions where rows are read or written: behind FROM, JOIN, INTO, UPDATE and the like, at any depth. Names of
 * common table expressions are among them. Meant for statements about rows and for bodies of stored programs.
 */
export function tableMentions(tokens: readonly Token[]): Mention[] {
  return new MentionScan(tokens).run();
}

class MentionScan {
  readonly #tokens: readonly Token[];
  readonly #found: Mention[] = [];
  readonly #levels: Level[] = [newLevel()];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  run(): Mention[] {
    if (this.#is('INSERT', 'REPLACE')) this.#insertTarget();
    while (this.#at < this.#tokens.length) this.#step();
    return this.#found;
  }

  get #level(): Level {
    return this.#levels.at(-1)!;
  }

  #step(): void {
    const level = this.#level;
    if (isSymbol(this.#token(), '(')) {
      this.#open(level);
      return;
    }
    if (isSymbol(this.#token(), ')')) {
      if (this.#levels.length > 1) this.#levels.pop();
      this.#level.expecting = false;
      this.#at += 1;
      return;
    }
    if (isSymbol(this.#token(), ';')) Object.assign(level, newLevel());
    else if (isSymbol(this.#token(), ',')) level.expecting = level.listing;
    else if (level.expecting && this.#is(...modifiers, 'LATERAL', 'TABLE')) level.expecting = true;
    else if (level.expecting && this.#nameHere(level.writes)) return;
    else this.#keyword(level);
    this.#at += 1;
  }

  #open(level: Level): void {
    const before = this.#token(-1);
    const next = this.#token(1);
    const groups = level.listing && level.expecting && !isWord(next, 'SELECT', 'WITH', 'VALUES');
    this.#levels.push({
      listing: groups,
      expecting: groups,
      writes: false,
      inFunction: isWord(before, ...functionsWithFrom),
    });
    this.#at += 1;
  }

  #keyword(level: Level): void {
    const before = this.#token(-1);
    if (this.#is('FROM')) {
      if (!level.inFunction) this.#list(level, isWord(this.#tokens[0], 'DELETE') && this.#levels.length === 1);
    } else if (this.#is(...joins)) this.#list(level, level.writes);
    else if (this.#is('INTO')) this.#into();
    else if (this.#is('UPDATE')) {
      if (!isWord(before, 'KEY', 'FOR', 'ON')) this.#list(level, true);
    } else if (this.#is('USING')) {
      if (!isSymbol(this.#token(1), '(') && isWord(this.#tokens[0], 'DELETE')) this.#list(level, true);
    } else if (this.#is(...listEnds)) Object.assign(level, { listing: false, expecting: false, writes: false });
  }

  #list(level: Level, writes: boolean): void {
    Object.assign(level, { listing: true, expecting: true, writes });
  }

  /** `INTO t`, but not `SELECT … INTO @a` and `INTO OUTFILE '…'`. */
  #into(): void {
    let at = this.#at + 1;
    if (isWord(this.#tokens[at], 'TABLE')) at += 1;
    if (isWord(this.#tokens[at], 'OUTFILE', 'DUMPFILE')) return;
    const name = qualifiedNameAt(this.#tokens, at);
    if (!name) return;
    this.#found.push({ schema: name.schema, table: name.table, alias: null, writes: true });
    this.#at = name.next - 1;
  }

  /** `INSERT [modifiers] t …`; with INTO the usual way finds it. */
  #insertTarget(): void {
    let at = 1;
    while (isWord(this.#tokens[at], ...modifiers)) at += 1;
    this.#at = at;
    if (!this.#is('INTO')) this.#nameHere(true);
  }

  /** Takes the name at the current place, with its alias. */
  #nameHere(writes: boolean): boolean {
    const name = qualifiedNameAt(this.#tokens, this.#at);
    this.#level.expecting = false;
    // A function of tables, `JSON_TABLE(…)`, is no name.
    if (!name || isSymbol(this.#tokens[name.next], '(') || (this.#is('SELECT') && name.schema === null)) return false;
    let at = name.next;
    let alias: string | null = null;
    if (isWord(this.#tokens[at], 'AS')) at += 1;
    const token = this.#tokens[at];
    if (token?.kind === 'quoted-identifier' || (token?.kind === 'word' && !notAnAlias.has(token.text.toUpperCase()))) {
      alias = nameOf(token);
      at += 1;
    }
    this.#found.push({ schema: name.schema, table: name.table, alias, writes });
    this.#at = at;
    return true;
  }

  #token(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  #is(...words: readonly string[]): boolean {
    return isWord(this.#token(), ...words);
  }
}

function newLevel(): Level {
  return { listing: false, expecting: false, writes: false, inFunction: false };
}
