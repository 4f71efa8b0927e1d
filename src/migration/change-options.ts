import { resolve } from 'node:path';
import { TideoverError } from '../errors.js';
import { isPlainAlteration } from '../plan/alter-statement.js';
import { parseColumnExpression, parseColumnRename, parseTableRename } from '../plan/declared.js';
import { quoteId } from '../db/quote.js';
import type { RunRecord } from '../journal/journal.js';
import { changeOfRecord, type Change, type MigrationSource } from '../plan/source.js';

/** What is to be changed: exactly one source, and what the operator says about it. */
export interface ChangeOptions {
  /**
   * The change: whole `ALTER TABLE …` statements, several separated by `;` allowed; or with `table` set, the part after the table's name.
   */
  readonly alter?: readonly string[];
  readonly table?: string;
  /** The change: texts of SQL files, with any statements of a migration. Those that only alter tables may stand beside `alter`. */
  readonly sql?: readonly string[];
  /** The change: a directory of knex migrations, run in this process. */
  readonly knex?: string;
  /** The change: what `sh -c` is to run; it finds the shadow in TIDEOVER_SHADOW_URL. */
  readonly command?: string;
  /** Columns that keep their values under another name, `table.old:new`. */
  readonly renames?: readonly string[];
  /** Tables that keep their rows under another name, `old:new`. */
  readonly tableRenames?: readonly string[];
  /** Columns that are computed from the source's row, `table.column=EXPRESSION`. */
  readonly maps?: readonly string[];
  /** Tables whose data steps are not needed. */
  readonly acceptDataSteps?: readonly string[];
  /** Further tables in which the migration's tool keeps what it has done. */
  readonly versionTables?: readonly string[];
}

/** Throws `usage-error` for no source, several sources, and declarations that are misspelt. */
export function changeOf(options: ChangeOptions): Change {
  return {
    source: sourceOf(options),
    declared: {
      renames: (options.renames ?? []).map(parseColumnRename),
      tableRenames: (options.tableRenames ?? []).map(parseTableRename),
      maps: (options.maps ?? []).map((text) => parseColumnExpression(text)),
      acceptedDataSteps: options.acceptDataSteps ?? [],
      versionTables: options.versionTables ?? [],
    },
  };
}

function sourceOf({ alter = [], table, sql = [], knex, command }: ChangeOptions): MigrationSource {
  const kinds = [
    ...(alter.length > 0 || sql.length > 0 ? ['statements'] : []),
    ...(knex === undefined ? [] : ['knex migrations']),
    ...(command === undefined ? [] : ['a command']),
  ];
  if (kinds.length > 1) {
    throw new TideoverError('usage-error', `a change has one source, not ${kinds.join(' and ')}`, {
      hint: 'Give the statements, the directory or the command; one run after the other.',
    });
  }
  if (kinds.length === 0) throw noChange();
  if (command !== undefined) return { kind: 'command', command };
  if (knex !== undefined) return { kind: 'knex', directory: resolve(knex) };
  if (table !== undefined || sql.every(isPlainAlteration)) {
    return { kind: 'statements', statements: [...alter, ...sql], table: table ?? null };
  }
  if (alter.length > 0) {
    throw new TideoverError('usage-error', 'only a file that alters tables can stand beside further statements', {
      hint: 'Put the statements of --alter into the file: a file with any other statement is run as a whole, on a copy of the whole database.',
    });
  }
  return { kind: 'sql', texts: sql };
}

function noChange(): TideoverError {
  return new TideoverError('usage-error', 'no change was given', {
    hint: "Give --alter 'ALTER TABLE t …', or --table t --alter 'ADD COLUMN …', or --file changes.sql, --knex DIRECTORY, --command COMMAND.",
  });
}

/** The options by which an unfinished run's change is taken up again. */
export function changeOfRun({ statements }: Pick<RunRecord, 'statements'>): ChangeOptions {
  const { source, declared } = changeOfRecord(statements);
  return {
    ...optionsOf(source),
    renames: declared.renames.map(({ table, from, to }) => `${quoteId(table)}.${quoteId(from)}:${quoteId(to)}`),
    tableRenames: declared.tableRenames.map(({ from, to }) => `${quoteId(from)}:${quoteId(to)}`),
    maps: declared.maps.map(({ table, column, expression }) => `${quoteId(table)}.${quoteId(column)}=${expression}`),
    acceptDataSteps: declared.acceptedDataSteps,
    versionTables: declared.versionTables,
  };
}

function optionsOf(source: MigrationSource): ChangeOptions {
  switch (source.kind) {
    case 'statements':
      return { alter: source.statements, ...(source.table === null ? {} : { table: source.table }) };
    case 'sql':
      return { sql: source.texts };
    case 'knex':
      return { knex: source.directory };
    case 'command':
      return { command: source.command };
  }
}
