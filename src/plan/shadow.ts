import { TideoverError } from '../errors.js';
import { quoteId } from '../db/quote.js';
import { ServerError, codeOf, errno } from '../db/server-error.js';
import type { Server } from '../db/server.js';
import type { Session } from '../db/session.js';
import { readSchemaDefaults, readTable, tableNames } from '../schema/introspect.js';
import { withoutForeignKeysElsewhere } from '../schema/foreign-key-text.js';
import { shadowSchemaOf } from '../schema/names.js';
import { cloneTable } from './clone-table.js';
import type { AlterStatement, Plan } from './plan.js';
import { createToolShadow } from './tool-shadow.js';

export interface ShadowInput {
  /** The project database: where the source tables are. */
  readonly database: string;
  /** The schema to build in; it must not exist, or be empty. */
  readonly schema: string;
  readonly statements: readonly AlterStatement[];
  /** Base tables of `database`, as the server spells them. */
  readonly tables: readonly string[];
}

/**
 * Builds the tables' new structure: a schema like the database, each table with its source's structure, then the operator's statements,
 * in a session such as the operator would get. On failure nothing of it is left behind.
 * Throws `statement-invalid` with the server's words, `access-denied`, `preflight-refused` when the schema is in use or a structure cannot
 * be built again, and ServerErrors.
 */
export async function buildShadow(server: Server, input: ShadowInput): Promise<void> {
  await server.withSession('building the shadow schema', async (session) => {
    const created = await createSchema(session, input);
    try {
      await cloneTables(session, input);
      await runStatements(server, input);
      const built = await tableNames(session, input.schema);
      if (built.length !== input.tables.length || !input.tables.every((table) => built.includes(table))) {
        throw new TideoverError(
          'statement-invalid',
          `the statements left other tables than they were given: ${built.join(', ')}`,
          { hint: 'Leave out what renames, adds or removes tables.' },
        );
      }
    } catch (error) {
      await leaveNothing(session, input, created);
      throw error;
    }
  });
}

/**
 * Builds the shadow schema of a plan. Throws as `buildShadow` and `buildByTool` do, and `source-changed` when what was built is not what was planned.
 */
export async function createShadow(
  server: Server,
  plan: Plan,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const { database, statements, tables, origin } = plan;
  const { source: from } = origin.change;
  if (from.kind !== 'statements') return createToolShadow(server, plan, from, signal);
  const schema = shadowSchemaOf(database);
  await buildShadow(server, { database, schema, statements, tables: tables.map(({ table }) => table) });
  await server.withSession('checking the shadow', async (session) => {
    for (const { table, source, shadow } of tables) {
      const [now, built] = [await readTable(session, source.name), await readTable(session, shadow.name)];
      if (now?.createSql === source.createSql && built?.createSql === shadow.createSql) continue;
      await dropSchema(session, schema);
      throw new TideoverError('source-changed', `the structure of ${table} changed since the plan was made`, {
        hint: 'Make the plan again.',
      });
    }
  });
}

/** Drops a schema of ours with all its tables; one that is not there is fine. */
export async function dropSchema(session: Session, schema: string): Promise<void> {
  await session.execute(`DROP DATABASE IF EXISTS ${quoteId(schema)}`);
}

/** Runs `work`, which builds in `schema`, and drops the schema whatever happens. */
export async function withScratchSchema<T>(server: Server, schema: string, work: () => Promise<T>): Promise<T> {
  const drop = (): Promise<void> =>
    server.withSession('dropping a scratch schema', (session) => dropSchema(session, schema));
  let result: T;
  try {
    result = await work();
  } catch (error) {
    // The first failure is the one to report.
    await drop().catch(() => undefined);
    throw error;
  }
  await drop();
  return result;
}

/** True when the schema was made here, false when an empty one was there. */
export async function createSchema(
  session: Session,
  input: Pick<ShadowInput, 'database' | 'schema'>,
): Promise<boolean> {
  const defaults = await readSchemaDefaults(session, input.database);
  if (!defaults) throw unknownDatabase(input.database);
  try {
    await session.execute(
      `CREATE DATABASE ${quoteId(input.schema)} CHARACTER SET ${defaults.charset} COLLATE ${defaults.collation}`,
    );
    return true;
  } catch (error) {
    if (error instanceof ServerError && error.errno === errno.dbAccessDenied) {
      throw new TideoverError('access-denied', `the user may not create the schema ${input.schema}: ${error.message}`, {
        hint: `GRANT ALL ON ${grantPattern(input.database)}.* to the user: it covers all schemas beside ${input.database} that a migration needs.`,
        cause: error,
      });
    }
    if (!(error instanceof ServerError) || error.errno !== dbCreateExists) throw error;
  }
  const present = await tableNames(session, input.schema);
  if (present.length > 0) {
    throw new TideoverError(
      'preflight-refused',
      `the schema ${input.schema} is in use (${present.slice(0, 5).join(', ')})`,
      {
        hint: 'Run cleanup, or drop the schema if it is not needed.',
      },
    );
  }
  return false;
}

const dbCreateExists = 1007;

/** `` `db\_\_%` ``: the schemas of ours beside a database, as GRANT writes a pattern. */
export function grantPattern(database: string): string {
  return quoteId(`${database.replaceAll('_', '\\_').replaceAll('%', '\\%')}\\_\\_%`);
}

export function unknownDatabase(database: string): TideoverError {
  return new TideoverError('usage-error', `there is no database ${database}, or the user may not see it`, {
    hint: 'Check the database in the DSN, and the grants of the user.',
  });
}

/** Removes what was built in the schema; it stays when it was there before. */
export async function leaveNothing(
  session: Session,
  input: Pick<ShadowInput, 'schema'>,
  created: boolean,
): Promise<void> {
  if (created) return dropSchema(session, input.schema);
  for (const table of await tableNames(session, input.schema)) {
    await session.execute(`DROP TABLE IF EXISTS ${quoteId(input.schema)}.${quoteId(table)}`);
  }
}

async function cloneTables(session: Session, input: ShadowInput): Promise<void> {
  // What is stored was accepted once, whatever the server thinks of it today.
  await session.execute('SET SESSION innodb_strict_mode = 0');
  await session.execute(`USE ${quoteId(input.schema)}`);
  for (const table of input.tables) {
    const source = await readTable(session, { schema: input.database, table });
    if (!source)
      throw new TideoverError('source-changed', `${table} is not a base table of ${input.database} any more`, {
        hint: 'Somebody has dropped or renamed it since the plan was made. Make the plan again.',
      });
    await cloneTable(session, { ...input, table, createSql: source.createSql });
    const createSql = withoutForeignKeysElsewhere(source.createSql);
    const clone = await readTable(session, { schema: input.schema, table });
    if (clone?.createSql === createSql) continue;
    throw new TideoverError(
      'preflight-refused',
      `${table} cannot be built again as it is: the server makes another structure of its own description`,
      {
        hint: 'Compare SHOW CREATE TABLE of the table with that of a table made from it; ALTER TABLE … FORCE may bring it up to date.',
        facts: { source: createSql, clone: clone?.createSql },
      },
    );
  }
}

/** Runs the operator's statements in the schema, in a session with the server's own defaults. */
async function runStatements(server: Server, input: ShadowInput): Promise<void> {
  const session = await operatorSession(server, input.schema);
  try {
    for (const statement of input.statements) await runStatement(session, statement);
  } finally {
    await session.close();
  }
}

/** A session as the operator would get it, inside `schema`, but for what would change the meaning of the statements as we read them. */
export async function operatorSession(server: Server, schema: string): Promise<Session> {
  const session = await server.connectPlain("the operator's statements");
  try {
    await session.execute(`USE ${quoteId(schema)}`);
    const { mode } = await session.queryOne('SELECT @@sql_mode mode');
    const kept = (mode ?? '').split(',').filter((flag) => !lexicalModes.has(flag));
    // Nobody else uses the schema, so that no lock can last; parents of foreign keys are not there.
    await session.execute(`SET SESSION sql_mode = '${kept.join(',')}', foreign_key_checks = 0, lock_wait_timeout = 10`);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** The sql_modes under which strings and identifiers are cut differently, and those that contain one. */
const lexicalModes = new Set([
  'ANSI_QUOTES',
  'NO_BACKSLASH_ESCAPES',
  'ANSI',
  'ORACLE',
  'MSSQL',
  'DB2',
  'MAXDB',
  'POSTGRESQL',
]);

async function runStatement(session: Session, statement: AlterStatement): Promise<void> {
  try {
    await session.execute(statement.sql);
  } catch (error) {
    if (!(error instanceof ServerError) || codeOf(error) !== 'server-error') throw error;
    throw new TideoverError(
      'statement-invalid',
      `the server refuses the change of ${statement.table}: ${error.message} (error ${error.errno})`,
      {
        hint: 'Correct the statement; it was tried on an empty copy, the table itself was not touched.',
        cause: error,
        facts: { statement: statement.sql, errno: error.errno },
      },
    );
  }
}
