import { readdir } from 'node:fs/promises';
import knex from 'knex';
import type { ConnectionSettings } from '../db/dsn.js';
import { ServerError } from '../db/server-error.js';
import { Server } from '../db/server.js';
import { messageOf, TideoverError } from '../errors.js';
import { throwIfStopped } from './interruption.js';
import { runToolCommand } from './run-command.js';
import { operatorSession } from './shadow.js';
import type { ToolSource } from './source.js';
import { StatementTap, type TapLog } from './statement-tap.js';
import { splitStatements } from './alter-statement.js';

export interface SourceRun {
  readonly source: ToolSource;
  /** Where it is to work. */
  readonly schema: string;
  readonly versionTables: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Lets the source change the schema, and answers with every statement that it sent. Throws `command-failed`, `statement-invalid`, `usage-error`
 * (a directory that is not there or is empty) and `interrupted`; what it has done by then is in the schema.
 */
export async function runSource(server: Server, run: SourceRun): Promise<TapLog> {
  throwIfStopped(run.signal);
  const tap = await StatementTap.open(server.settings);
  const settings = throughTap(server.settings, tap, run.schema);
  try {
    await runThrough(settings, run);
  } finally {
    await tap.close();
  }
  if (tap.log.illegible !== null) {
    throw new TideoverError('command-failed', `what the migration did could not be read: ${tap.log.illegible}`, {
      hint: 'It must connect without TLS to TIDEOVER_SHADOW_HOST, which is this host.',
    });
  }
  return tap.log;
}

async function runThrough(settings: ConnectionSettings, run: SourceRun): Promise<void> {
  const { source, signal } = run;
  switch (source.kind) {
    case 'sql':
      return runTexts(new Server(settings), source.texts, run);
    case 'knex':
      return runKnex(settings, source.directory, run);
    case 'command': {
      const { host, port, user, password, database: schema } = settings;
      return runToolCommand(source.command, { host, port, user, password, schema }, signal);
    }
  }
}

function throughTap({ user, password }: ConnectionSettings, tap: StatementTap, schema: string): ConnectionSettings {
  return { host: tap.host, port: tap.port, user, ...(password === undefined ? {} : { password }), database: schema };
}

async function runTexts(server: Server, texts: readonly string[], { schema, signal }: SourceRun): Promise<void> {
  const session = await operatorSession(server, schema);
  const stop = (): void => session.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (const sql of texts.flatMap(splitStatements)) {
      await session.query(sql).catch((error: unknown) => {
        throwIfStopped(signal);
        if (!(error instanceof ServerError) || error.connectionLost) throw error;
        throw refusedStatement(sql, `${error.message} (error ${error.errno})`, error);
      });
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await session.close();
  }
}

function refusedStatement(statement: string, why: string, cause?: unknown): TideoverError {
  const shown = statement.length > 200 ? `${statement.slice(0, 200)}…` : statement;
  return new TideoverError('statement-invalid', `the statement "${shown}" is refused: ${why}`, {
    hint: 'It was tried on a copy of the database without rows; the database itself was not touched.',
    facts: { statement },
    cause,
  });
}

const migrationFiles = /(?<!\.d)\.(?:js|cjs|mjs|ts)$/;
const defaultVersionTable = 'knex_migrations';

async function runKnex(settings: ConnectionSettings, directory: string, run: SourceRun): Promise<void> {
  await refuseEmptyDirectory(directory);
  const { host, port, user, password, database } = settings;
  const tell = (message: unknown): void => void process.stderr.write(`${String(message)}\n`);
  const client = knex({
    client: 'mysql2',
    connection: { host, port, user, database, ...(password === undefined ? {} : { password }) },
    pool: { min: 0, max: 4 },
    log: { warn: tell, error: tell, deprecate: tell, debug: tell },
    migrations: {
      directory,
      tableName: run.versionTables[0] ?? defaultVersionTable,
      loadExtensions: ['.js', '.cjs', '.mjs', '.ts'],
    },
  });
  const stopped = new Promise<never>((_, reject) => {
    run.signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
  });
  stopped.catch(() => undefined);
  try {
    await Promise.race([client.migrate.latest(), stopped]);
  } catch (error) {
    throwIfStopped(run.signal);
    throw new TideoverError('command-failed', `the knex migrations in ${directory} failed: ${messageOf(error)}`, {
      cause: error,
      facts: { directory, output: [messageOf(error)] },
      hint: 'They worked on a copy, which has been dropped.',
    });
  } finally {
    // A migration that hangs never gives its connection back; the tap cuts it.
    const destroyed = client.destroy();
    if (run.signal.aborted) destroyed.catch(() => undefined);
    else await destroyed;
  }
}

async function refuseEmptyDirectory(directory: string): Promise<void> {
  const files = await readdir(directory).catch((error: unknown) => {
    throw new TideoverError('usage-error', `the directory of knex migrations cannot be read: ${messageOf(error)}`, {
      cause: error,
      hint: 'Give --knex a directory that this user may read.',
    });
  });
  if (files.some((file) => migrationFiles.test(file))) return;
  throw new TideoverError('usage-error', `${directory} holds no knex migrations`, {
    hint: 'They are files that end with .js, .cjs, .mjs or .ts.',
  });
}
