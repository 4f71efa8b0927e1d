import { heldNameOf, passingNameOf, sentryTable, type TableName } from '../schema/names.js';
import { tokenize, type LexicalMode, type Token } from '../util/sql-tokens.js';

/** What a statement in the binlog means for the watched tables. */
export type StatementEffect =
  | { readonly kind: 'none' }
  /** Its structure, its rows as a whole, or its surroundings (triggers, foreign keys) are changed. */
  | { readonly kind: 'ddl'; readonly table: string }
  /** Rows may have been changed by a statement that is logged as its text. */
  | { readonly kind: 'dml'; readonly table: string }
  /** These tables went to a schema of the engine's. `ours`: by its cutover, after which no table is what it was. */
  | { readonly kind: 'swap'; readonly tables: readonly TableName[]; readonly ours: boolean };

const none: StatementEffect = { kind: 'none' };

/** The names that matter. Compared without case, because a false alarm is better than an overlooked statement. */
export class WatchedNames {
  readonly #tables = new Map<string, TableName>();
  readonly #schemas = new Set<string>();
  readonly #ownSchemas: ReadonlySet<string>;

  constructor(tables: readonly TableName[], ownSchemas: readonly string[]) {
    for (const name of tables) {
      this.#tables.set(idOf(name.schema, name.table), name);
      this.#schemas.add(name.schema.toLowerCase());
    }
    this.#ownSchemas = new Set(ownSchemas.map((schema) => schema.toLowerCase()));
  }

  /** How the watched table is written in messages, null when the name is none. */
  find(schema: string, table: string): string | null {
    const exact = this.#tables.get(idOf(schema, table));
    if (exact !== undefined) return `${exact.schema}.${exact.table}`;
    // The text is in the client's charset, which may not be UTF-8: an illegible name could be any that is not ASCII.
    if (!schema.includes('\ufffd') && !table.includes('\ufffd')) return null;

    const foreign = [...this.#tables.values()].find((name) => /[^\x00-\x7f]/.test(name.schema + name.table));
    return foreign === undefined ? null : `${foreign.schema}.${foreign.table}`;
  }

  isWatchedSchema(schema: string): boolean {
    return this.#schemas.has(schema.toLowerCase());
  }

  isOwnSchema(schema: string): boolean {
    return this.#ownSchemas.has(schema.toLowerCase());
  }
}

function isName(a: TableName, b: TableName): boolean {
  return a.schema === b.schema && a.table === b.table;
}

function idOf(schema: string, table: string): string {
  return `${schema.toLowerCase()}\0${table.toLowerCase()}`;
}

const objectKinds = new Set([
  'TABLE',
  'TABLES',
  'INDEX',
  'TRIGGER',
  'DATABASE',
  'SCHEMA',
  'VIEW',
  'PROCEDURE',
  'FUNCTION',
  'PACKAGE',
  'EVENT',
  'SEQUENCE',
  'USER',
  'ROLE',
  'SERVER',
]);
const rowStatements = new Set(['INSERT', 'REPLACE', 'UPDATE', 'DELETE', 'LOAD', 'WITH', 'VALUES']);
/** Logged only when a function that they call changes rows. */
const callStatements = new Set(['SELECT', 'CALL', 'DO']);
/** They leave the structure and the rows of tables as they are. */
const harmless = new Set([
  'ANALYZE',
  'OPTIMIZE',
  'CHECK',
  'CHECKSUM',
  'REPAIR',
  'FLUSH',
  'GRANT',
  'REVOKE',
  'SET',
  'INSTALL',
  'UNINSTALL',
  'BEGIN',
  'START',
  'COMMIT',
  'ROLLBACK',
  'SAVEPOINT',
  'RELEASE',
  'XA',
  'KILL',
  'RESET',
  'PURGE',
  'CHANGE',
]);

/** What the statement, logged with the default schema `schema`, means for the watched tables. */
export function effectOf(sql: string, schema: string, names: WatchedNames, mode: LexicalMode = {}): StatementEffect {
  return new StatementReading(tokenize(sql, mode), schema, names).effect();
}

class StatementReading {
  readonly #tokens: readonly Token[];
  readonly #schema: string;
  readonly #names: WatchedNames;
  #at = 0;

  constructor(tokens: readonly Token[], schema: string, names: WatchedNames) {
    this.#tokens = tokens;
    this.#schema = schema;
    this.#names = names;
  }

  effect(): StatementEffect {
    if (this.#is('SET') && this.#is('STATEMENT', 1)) {
      while (this.#at < this.#tokens.length && !this.#is('FOR')) this.#at++;
      this.#at++;
    }
    const verb = this.#word();
    if (verb === null) return none;
    if (verb === 'CREATE' || verb === 'ALTER' || verb === 'DROP' || verb === 'RENAME') return this.#definition(verb);
    if (verb === 'TRUNCATE') {
      this.#skip('TABLE');
      return this.#ddl(this.#name());
    }
    if (rowStatements.has(verb)) return this.#mentioned('dml');
    if (callStatements.has(verb)) return this.#calls();
    return harmless.has(verb) ? none : this.#mentioned('ddl');
  }

  #definition(verb: string): StatementEffect {
    let object = this.#word();
    let temporary = false;
    while (this.#at < this.#tokens.length && (object === null || !objectKinds.has(object))) {
      temporary ||= object === 'TEMPORARY';
      if (object === null) this.#at++;
      object = this.#word();
    }
    if (temporary) return none;
    switch (object) {
      case 'TABLE':
      case 'TABLES':
        if (verb === 'RENAME') return this.#rename();
        return verb === 'DROP' ? this.#dropTables() : this.#table();
      case 'INDEX':
      case 'TRIGGER':
        // A dropped trigger names no table; sources have none.
        while (this.#at < this.#tokens.length && !this.#is('ON')) this.#at++;
        this.#at++;
        return this.#ddl(this.#name());
      case 'DATABASE':
      case 'SCHEMA': {
        if (verb !== 'DROP') return none;
        this.#skip('IF', 'EXISTS');
        const name = this.#identifier();
        return name !== null && this.#names.isWatchedSchema(name) ? { kind: 'ddl', table: `${name}.*` } : none;
      }
      default:
        return object !== null && objectKinds.has(object) ? none : this.#mentioned('ddl');
    }
  }

  /** CREATE TABLE or ALTER TABLE: the table itself, or one that it refers to, exchanges a partition with, or is renamed to. */
  #table(): StatementEffect {
    this.#skip('IF', 'NOT', 'EXISTS');
    const name = this.#name();
    if (name !== null && this.#names.isOwnSchema(name.schema)) return none;
    const target = this.#ddl(name);
    if (target.kind !== 'none') return target;
    for (; this.#at < this.#tokens.length; this.#at++) {
      if (!this.#is('REFERENCES') && !this.#is('TABLE') && !this.#is('RENAME')) continue;
      this.#at++;
      this.#skip('TO', 'AS');
      const at = this.#at;
      const other = this.#ddl(this.#name());
      if (other.kind !== 'none') return other;
      this.#at = at - 1;
    }
    return none;
  }

  #dropTables(): StatementEffect {
    this.#skip('IF', 'EXISTS');
    for (;;) {
      const effect = this.#ddl(this.#name());
      if (effect.kind !== 'none' || !this.#isSymbol(',')) return effect;
      this.#at++;
    }
  }

  #rename(): StatementEffect {
    this.#skip('IF', 'EXISTS');
    const swapped: TableName[] = [];
    let ours = false;
    let passed: StatementEffect = none;
    for (;;) {
      const from = this.#name();
      while (this.#at < this.#tokens.length && !this.#is('TO')) this.#at++;
      this.#at++;
      const to = this.#name();
      if (from === null || to === null) return this.#mentioned('ddl');
      const [source, target] = [this.#ddl(from), this.#ddl(to)];
      ours ||= to.table === sentryTable && this.#names.isOwnSchema(to.schema);
      // Inside the cutover's own statement a table that passes stays what it is.
      const passes = isName(passingNameOf(from), to) || isName(passingNameOf(to), from);
      if (passes && passed.kind === 'none') passed = source.kind === 'none' ? target : source;
      if (source.kind !== 'none' && !passes) {
        if (!this.#names.isOwnSchema(to.schema) && !isName(heldNameOf(from), to)) return source;
        swapped.push(from);
      } else if (target.kind !== 'none' && !passes && !this.#names.isOwnSchema(from.schema)) return target;
      if (!this.#isSymbol(',')) return swapped.length > 0 ? { kind: 'swap', tables: swapped, ours } : passed;
      this.#at++;
    }
  }

  #ddl(name: TableName | null): StatementEffect {
    const table = name === null ? null : this.#names.find(name.schema, name.table);
    return table === null ? none : { kind: 'ddl', table };
  }

  /** Any mention of a watched name, qualified or with the default schema. */
  #mentioned(kind: 'ddl' | 'dml'): StatementEffect {
    for (this.#at = 0; this.#at < this.#tokens.length; this.#at++) {
      const at = this.#at;
      if (this.#isSymbol('.', -1)) continue;
      const bare = this.#identifier();
      this.#at = at;
      const name = this.#name();
      this.#at = at;
      if (bare === null || name === null) continue;
      const table = this.#names.find(name.schema, name.table) ?? this.#names.find(this.#schema, bare);
      if (table !== null) return { kind, table };
    }
    return none;
  }

  /** What a function does cannot be seen: one that runs in or names a watched schema may change its rows. */
  #calls(): StatementEffect {
    if (this.#names.isWatchedSchema(this.#schema)) return { kind: 'dml', table: `${this.#schema}.*` };
    const schema = this.#tokens.find((token) => isIdentifier(token) && this.#names.isWatchedSchema(token.text));
    return schema === undefined ? none : { kind: 'dml', table: `${schema.text}.*` };
  }

  /** `a` or `a.b` at the current place, which moves behind it. */
  #name(): TableName | null {
    const first = this.#identifier();
    if (first === null) return null;
    if (!this.#isSymbol('.')) return { schema: this.#schema, table: first };
    this.#at++;
    const second = this.#identifier();
    return second === null ? null : { schema: first, table: second };
  }

  #identifier(): string | null {
    const token = this.#tokens[this.#at];
    if (token === undefined || !isIdentifier(token)) return null;
    this.#at++;
    return token.text;
  }

  /** The keyword at the current place, upper case, which moves behind it. */
  #word(): string | null {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word') return null;
    this.#at++;
    return token.text.toUpperCase();
  }

  #is(word: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token?.kind === 'word' && token.text.toUpperCase() === word;
  }

  #isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token?.kind === 'symbol' && token.text === symbol;
  }

  /** Steps over these words where they stand in this order; each may be missing. */
  #skip(...words: string[]): void {
    for (const word of words) if (this.#is(word)) this.#at++;
  }
}

function isIdentifier(token: Token): boolean {
  return token.kind === 'word' || token.kind === 'quoted-identifier';
}
