import { quoteId } from '../db/quote.js';
import type { Server } from '../db/server.js';
import type { Session } from '../db/session.js';
import { TideoverError } from '../errors.js';
import { splitStatements } from './alter-statement.js';
import {
  cloneDatabase,
  isVersionTable,
  readContent,
  sumRows,
  type SchemaContent,
  type Structures,
} from './database-clone.js';
import { runSource } from './run-source.js';
import { createSchema, leaveNothing } from './shadow.js';
import type { ToolSource } from './source.js';
import type { SeenStatement, TapLog } from './statement-tap.js';
import { readHistory, type Elsewhere, type HistoryInput, type ToolHistory, type Unjudged } from './tool-history.js';

/** What a migration tool made of a clone of the database. */
export interface ToolBuild {
  /** The project database. */
  readonly database: SchemaContent;
  /** The clone's tables before the tool ran. */
  readonly before: Structures;
  readonly after: SchemaContent;
  readonly versionTables: readonly string[];
  /** Sums over the rows that the clone's version tables had before. */
  readonly versionSums: ReadonlyMap<string, string | null>;
  readonly history: ToolHistory;
  readonly log: TapLog;
}

export interface ToolBuildInput {
  readonly database: string;
  /** The schema to build in; it must not exist, or be empty. */
  readonly schema: string;
  readonly source: ToolSource;
  readonly versionTables: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Clones the whole database's structure and lets the migration's own tool change the clone. On failure nothing of it is left. Throws what
 * `runSource` throws, `statement-invalid` for texts that name another schema, and `wrote-elsewhere` when the tool did not stay in the clone.
 */
export async function buildByTool(server: Server, input: ToolBuildInput): Promise<ToolBuild> {
  return server.withSession('cloning the database', async (session) => {
    const created = await createSchema(session, input);
    try {
      return await build(server, session, input);
    } catch (error) {
      await leaveNothing(session, input, created);
      throw error;
    }
  });
}

async function build(server: Server, session: Session, input: ToolBuildInput): Promise<ToolBuild> {
  const { database, schema, source, signal } = input;
  const content = await readContent(session, database);
  const before = await cloneDatabase(session, input);
  const { folds, mode } = await session.queryOne('SELECT @@lower_case_table_names folds, @@GLOBAL.sql_mode mode');
  const versionTables = [...before.keys()].filter((table) => isVersionTable(table, input.versionTables));
  const versionSums = await sumRows(session, schema, versionTables);
  const clone = { schema, tables: [...before.keys()], versionTables, foldsNames: folds !== '0' };
  const texts = source.kind === 'sql' ? readTexts(clone, source.texts) : null;
  const log = await runSource(server, { source, schema, versionTables: input.versionTables, signal }).catch(
    async (error: unknown) => {
      // That it failed half-way is the smaller trouble if the source has changed.
      await refuseChangedSource(session, database, content);
      throw error;
    },
  );
  const history = texts ?? readHistory({ ...clone, statements: log.statements });
  await refuseChangedSource(session, database, content);
  if (texts === null) {
    refuseOtherLexers(log.statements, mode ?? '');
    refuseElsewhere(database, history.elsewhere);
    refuseUnjudged('command-failed', history.unjudged);
  }
  const after = await readContent(session, schema);
  return { database: content, before, after, versionTables, versionSums, history, log };
}

/** I7: what is known before anything is run is refused before. */
function readTexts(clone: Omit<HistoryInput, 'statements'>, texts: readonly string[]): ToolHistory {
  // In the pieces that are run: after CREATE PROCEDURE and the like `;` ends nothing for a tool, but it does for us.
  const statements = [`USE ${quoteId(clone.schema)}`, ...texts.flatMap(splitStatements)].map((sql) => ({
    connection: 1,
    sql,
    cut: false,
    failed: false,
  }));
  refuseOtherLexers(statements, '');
  const history = readHistory({ ...clone, statements });
  refuseNamedElsewhere(history.elsewhere);
  refuseUnjudged('statement-invalid', history.unjudged);
  return history;
}

/** Under these modes texts are cut into other words, and what the statements do would be misread (I6). */
function refuseOtherLexers(statements: readonly SeenStatement[], globalMode: string): void {
  const other = /ANSI|NO_BACKSLASH_ESCAPES|ORACLE|MSSQL|DB2|MAXDB|POSTGRESQL/i;
  const setting = statements.find(({ sql }) => /\bSET\b[^]*\bsql_mode\b/i.test(sql) && other.test(sql));
  if (!setting && !other.test(globalMode)) return;
  throw new TideoverError(
    'command-failed',
    'the migration works with an sql_mode under which its statements cannot be read',
    {
      hint: `It must work without ANSI_QUOTES and NO_BACKSLASH_ESCAPES: ${setting?.sql ?? `the server's sql_mode is ${globalMode}`}.`,
    },
  );
}

/** The tool may have come to the source by a way of its own. */
async function refuseChangedSource(session: Session, database: string, before: SchemaContent): Promise<void> {
  const now = await readContent(session, database);
  const changed = [
    ...[...before.tables].flatMap(([table, sql]) =>
      now.tables.get(table) === sql ? [] : [now.tables.has(table) ? `${table} was changed` : `${table} is gone`],
    ),
    ...[...now.tables.keys()].filter((table) => !before.tables.has(table)).map((table) => `${table} is new`),
  ];
  if (changed.length === 0) return;
  throw new TideoverError(
    'wrote-elsewhere',
    `the structure of ${database} itself changed while the migration ran on a copy of it: ${changed.slice(0, 10).join(', ')}`,
    {
      facts: { changed },
      hint: `The command has probably read its own configuration: give it TIDEOVER_SHADOW_URL instead. What it did to ${database} has to be undone by hand.`,
    },
  );
}

function refuseNamedElsewhere([first]: readonly Elsewhere[]): void {
  if (!first) return;
  throw new TideoverError(
    'statement-invalid',
    `the statement uses the schema ${first.schema}: ${shortened(first.statement)}`,
    {
      facts: { statement: first.statement, schema: first.schema },
      hint: 'It is run on a copy of the database: name no schema, and leave USE out.',
    },
  );
}

/** I6 */
function refuseUnjudged(as: 'statement-invalid' | 'command-failed', [first]: readonly Unjudged[]): void {
  if (!first) return;
  throw new TideoverError(
    as,
    `what the migration does cannot be told from "${shortened(first.statement)}": ${first.reason}`,
    {
      facts: { statement: first.statement, reason: first.reason },
      hint: 'Write what it does in plain statements of at most 1 MB, or run it by itself, before or after the migration.',
    },
  );
}

function shortened(statement: string): string {
  return statement.length > 200 ? `${statement.slice(0, 200)}…` : statement;
}

function refuseElsewhere(database: string, elsewhere: readonly Elsewhere[]): void {
  const first = elsewhere.find(({ writes }) => writes) ?? elsewhere[0];
  if (!first) return;
  const shown = shortened(first.statement);
  const facts = { statements: elsewhere.slice(0, 100).map(({ statement }) => statement), schema: first.schema };
  const own = first.schema === database ? 'the project database itself' : `the schema ${first.schema}`;
  if (!first.writes) {
    throw new TideoverError('command-failed', `the migration used ${own}: ${shown}`, {
      facts,
      hint: 'It must work in TIDEOVER_SHADOW_DATABASE only, and name no schema.',
    });
  }
  throw new TideoverError('wrote-elsewhere', `the migration wrote to ${own}: ${shown}`, {
    facts,
    hint: `It must work in TIDEOVER_SHADOW_DATABASE only, and name no schema. Look what it has done to ${first.schema}, and undo it by hand.`,
  });
}
