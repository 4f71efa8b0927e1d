import { parseAlter } from './alter-statement.js';
import { nothingDeclared, type Declared } from './declared.js';

/**
 * Where a change comes from.
 *
 * - `statements`: ALTER TABLE, CREATE INDEX, DROP INDEX; only the tables that they name are cloned;
 * - `sql`: texts with any statements of a migration, run in a clone of the whole database, as all further kinds are;
 * - `knex`: a directory of knex migrations, run in this process;
 * - `command`: what `sh -c` runs, told by its environment where the clone is.
 */
export type MigrationSource =
  | { readonly kind: 'statements'; readonly statements: readonly string[]; readonly table: string | null }
  | { readonly kind: 'sql'; readonly texts: readonly string[] }
  | { readonly kind: 'knex'; readonly directory: string }
  | { readonly kind: 'command'; readonly command: string };

/** A source that works on a clone of the whole database. */
export type ToolSource = Exclude<MigrationSource, { readonly kind: 'statements' }>;

/** What is asked for: the source, and what the operator says about it. */
export interface Change {
  readonly source: MigrationSource;
  readonly declared: Declared;
}

/** One line for people. */
export function describeSource(source: MigrationSource): string {
  switch (source.kind) {
    case 'statements':
      return `${source.statements.length} ALTER statement(s)`;
    case 'sql':
      return `${source.texts.length} SQL file(s)`;
    case 'knex':
      return `knex migrations in ${source.directory}`;
    case 'command':
      return `command: ${source.command}`;
  }
}

/**
 * The change as the journal keeps it: plain statements as they are run, so that people can read them; else one JSON text. Equal texts mean the same
 * change. Throws as `parseAlter` does.
 */
export function recordOf(database: string, { source, declared }: Change): string[] {
  if (source.kind === 'statements' && JSON.stringify(declared) === JSON.stringify(nothingDeclared)) {
    return parseAlter({ alter: source.statements, table: source.table, database }).map(({ sql }) => sql.trim());
  }
  return [JSON.stringify({ source, declared })];
}

/** The change that a record of the journal stands for. */
export function changeOfRecord(texts: readonly string[]): Change {
  const [only] = texts;
  // No SQL statement begins so.
  if (texts.length === 1 && only!.startsWith('{')) return JSON.parse(only!) as Change;
  return { source: { kind: 'statements', statements: texts, table: null }, declared: nothingDeclared };
}
