import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TideoverError } from '../../src/errors.js';
import { Server } from '../../src/db/server.js';
import { changeOf, type ChangeOptions } from '../../src/migration/change-options.js';
import { makePlan } from '../../src/plan/make-plan.js';
import { createShadow } from '../../src/plan/shadow.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { startTideover } from '../support/tideover.js';

/** Migration tools of other people, run against a copy: knex in this process, and commands. */

let database: TestDatabase;
let server: Server;
let folder: string;

beforeEach(async () => {
  database = await testDatabase();
  server = new Server(database.settings);
  folder = await mkdtemp(join(tmpdir(), 'tideover-test-'));
  await database.query('CREATE TABLE items (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20), price INT)');
  await database.query("INSERT INTO items (name, price) VALUES ('a', 1), ('b', NULL)");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
  const left = await database.query(`SHOW DATABASES LIKE '${database.name}\\_\\_%'`);
  await database.drop();
  expect(left).toEqual([]);
});

function planned(options: ChangeOptions, signal?: AbortSignal) {
  const change = changeOf(options);
  return makePlan(server, { database: database.name, change, ...(signal === undefined ? {} : { signal }) });
}

async function failure(work: Promise<unknown>): Promise<TideoverError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TideoverError)) throw new Error(`expected a TideoverError, got ${String(error)}`);
  return error;
}

const mysqlModule = fileURLToPath(import.meta.resolve('mysql2/promise'));

/** A command that runs statements where the environment says; a program in JavaScript, so that nothing else is needed. */
async function clientCommand(statements: readonly string[], last = ''): Promise<string> {
  const file = join(folder, 'migrate.mjs');
  await writeFile(
    file,
    `import mysql from ${JSON.stringify(mysqlModule)};
     const c = await mysql.createConnection(process.env.TIDEOVER_SHADOW_URL);
     for (const sql of ${JSON.stringify(statements)}) await c.query(sql);
     ${last}
     await c.end();`,
  );
  return `'${process.execPath}' '${file}'`;
}

describe('knex', () => {
  async function migration(name: string, up: string): Promise<void> {
    await writeFile(
      join(folder, name),
      `exports.up = async (knex) => { ${up} };\nexports.down = async () => undefined;\n`,
    );
  }

  test('migrations run against the copy, and its own tables are moved in', async () => {
    await migration(
      '001_note.cjs',
      "await knex.schema.alterTable('items', (t) => { t.string('note', 40).defaultTo('-'); t.renameColumn('name', 'title'); });",
    );
    await migration(
      '002_tags.cjs',
      "await knex.schema.createTable('tags', (t) => { t.increments('id'); t.string('tag'); }); await knex('tags').insert({ tag: 'new' });",
    );
    const { plan, refusals } = await planned({ knex: folder });
    expect(refusals).toEqual([]);
    expect(plan.tables.map(({ table, renames }) => [table, renames])).toEqual([['items', { name: 'title' }]]);
    expect(plan.moves.map(({ kind, table }) => [kind, table]).sort()).toEqual([
      ['created', 'knex_migrations'],
      ['created', 'knex_migrations_lock'],
      ['created', 'tags'],
    ]);
    await createShadow(server, plan);
    const shadow = `${database.name}__shadow`;
    expect(await database.query(`SELECT name FROM ${shadow}.knex_migrations ORDER BY id`)).toEqual([
      { name: '001_note.cjs' },
      { name: '002_tags.cjs' },
    ]);
    await database.query(`DROP DATABASE ${shadow}`);
  });

  test('what was migrated before is not migrated again', async () => {
    await migration('001_first.cjs', "await knex.schema.alterTable('items', (t) => t.integer('first'));");
    await migration('002_second.cjs', "await knex.schema.alterTable('items', (t) => t.integer('second'));");
    await database.query(
      'CREATE TABLE knex_migrations (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255), batch INT, migration_time TIMESTAMP)',
    );
    await database.query(
      "INSERT INTO knex_migrations (name, batch, migration_time) VALUES ('001_first.cjs', 1, NOW())",
    );
    await database.query('ALTER TABLE items ADD COLUMN first INT');
    const { plan } = await planned({ knex: folder });
    expect(plan.tables[0]!.shadow.columns.map(({ name }) => name)).toEqual(['id', 'name', 'price', 'first', 'second']);
    expect(plan.moves).toContainEqual({ kind: 'replaced', table: 'knex_migrations' });
  });

  test('a loop over rows is a data step', async () => {
    await migration(
      '001_loop.cjs',
      "for (const row of await knex('items').select('id')) await knex('items').where('id', row.id).update({ price: 0 }); await knex.schema.alterTable('items', (t) => t.integer('x'));",
    );
    const { refusals } = await planned({ knex: folder });
    expect(refusals.map(({ code, table }) => [code, table])).toEqual([['data-step', 'items']]);
    expect(refusals[0]!.message).toContain('select `id` from `items`');
  });

  test('a migration that fails, a directory that is empty or is not there', async () => {
    await migration('001_bad.cjs', "await knex.raw('ALTER TABLE nope ADD x INT');");
    const failed = await failure(planned({ knex: folder }));
    expect(failed).toMatchObject({ code: 'command-failed', exitCode: 2 });
    expect(failed.message).toContain('nope');
    await rm(join(folder, '001_bad.cjs'));
    expect(await failure(planned({ knex: folder }))).toMatchObject({ code: 'usage-error' });
    expect(await failure(planned({ knex: join(folder, 'nowhere') }))).toMatchObject({ code: 'usage-error' });
  });
});

describe('commands', () => {
  test('find the shadow in their environment, and no secret of the run', async () => {
    const secrets = ['TIDEOVER_DSN', 'TIDEOVER_PASSWORD', 'TIDEOVER_DEFAULTS_FILE', 'TIDEOVER_BUFFER_TOKEN'];
    for (const name of secrets) vi.stubEnv(name, 's3cret');
    const command = await clientCommand(
      ['ALTER TABLE items ADD COLUMN note VARCHAR(9)'],
      "if (Object.values(process.env).includes('s3cret')) process.exit(7); for (const name of ['HOST', 'PORT', 'USER', 'PASSWORD', 'DATABASE']) if (process.env['TIDEOVER_SHADOW_' + name] === undefined) process.exit(8);",
    );
    const { plan, refusals } = await planned({ command });
    expect(refusals).toEqual([]);
    expect(plan.tables.map(({ table }) => table)).toEqual(['items']);
  });

  test('one that fails half-way leaves nothing and is quoted', async () => {
    const command = await clientCommand(
      ['ALTER TABLE items ADD COLUMN note INT'],
      "console.error('no more of it'); process.exit(3);",
    );
    const before = await database.query('SHOW CREATE TABLE items');
    const error = await failure(planned({ command }));
    expect(error).toMatchObject({ code: 'command-failed', exitCode: 2, outcome: 'untouched' });
    expect(error.message).toContain('ended with 3');
    expect(error.facts['output']).toEqual(['no more of it']);
    expect(await database.query('SHOW CREATE TABLE items')).toEqual(before);
  });

  test('one whose last words are many', async () => {
    const error = await failure(planned({ command: 'seq -s , 1 12000; echo the last word; exit 3' }));
    expect((error.facts['output'] as string[]).at(-1)).toBe('the last word');
  });

  test('statements of which it cannot be told what they do', async () => {
    const long = `SELECT '${'x'.repeat(1_100_000)}'`;
    for (const sql of ['CALL p()', 'SET GLOBAL max_connect_errors = @@GLOBAL.max_connect_errors', long]) {
      const before = ['CREATE PROCEDURE p() SELECT 1', sql, 'DROP PROCEDURE p'];
      const error = await failure(planned({ command: await clientCommand(before) }));
      expect(error).toMatchObject({ code: 'command-failed', outcome: 'untouched' });
      expect(error.facts['statement']).toBe(sql.slice(0, 1024 * 1024 - 1));
    }
  });

  test('a version table that somebody else writes meanwhile is not replaced', async () => {
    await database.query('CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)');
    await database.query("INSERT INTO alembic_version VALUES ('one')");
    const { host, port, user, password } = database.settings;
    const options = JSON.stringify({ host, port, user, password, database: database.name });
    const command = await clientCommand(
      ['ALTER TABLE items ADD COLUMN note INT'],
      `const live = await mysql.createConnection(${options}); await live.query("UPDATE alembic_version SET version_num = 'two'"); await live.end();`,
    );
    expect((await planned({ command })).plan.moves).toEqual([]);
    const own = await clientCommand(["UPDATE alembic_version SET version_num = 'three'"]);
    expect((await planned({ command: own })).plan.moves).toEqual([{ kind: 'replaced', table: 'alembic_version' }]);
  });

  test('one that never comes to the shadow, or changes nothing', async () => {
    const absent = await failure(planned({ command: 'true' }));
    expect(absent).toMatchObject({ code: 'nothing-to-do' });
    expect(absent.hint).toContain('TIDEOVER_SHADOW_URL');
    const idle = await failure(planned({ command: await clientCommand(['SELECT 1']) }));
    expect(idle.message).toBe('the migration changed nothing');
  });

  test('one that works on the source by a way of its own', async () => {
    const { host, port, user, password } = database.settings;
    const file = join(folder, 'astray.mjs');
    const options = JSON.stringify({ host, port, user, password, database: database.name });
    await writeFile(
      file,
      `import mysql from ${JSON.stringify(mysqlModule)}; const c = await mysql.createConnection(${options}); await c.query('ALTER TABLE items ADD COLUMN astray INT'); await c.end();`,
    );
    const error = await failure(planned({ command: `'${process.execPath}' '${file}'` }));
    expect(error).toMatchObject({ code: 'wrote-elsewhere', outcome: 'altered' });
    expect(error.message).toContain('items was changed');
  });

  test('one that hangs is ended with its children when the run is stopped', async () => {
    const marker = join(folder, 'started');
    const stop = new AbortController();
    const made = planned(
      { command: `sleep 1000 & echo $! > ${marker}.tmp; mv ${marker}.tmp ${marker}; wait` },
      stop.signal,
    );
    made.catch(() => undefined);
    const { readFile, watch } = await import('node:fs/promises');
    for await (const { filename } of watch(folder)) if (filename === 'started') break;
    const child = Number(await readFile(marker, 'utf8'));
    expect(process.kill(child, 0)).toBe(true);
    stop.abort();
    expect(await failure(made)).toMatchObject({ code: 'interrupted' });
    expect(await ended(child)).toBe(true);
  });

  test('the command line: SIGTERM ends the command and leaves nothing', async () => {
    const { host, port, user, password } = database.settings;
    const run = startTideover(
      ['run', '--dsn', `mariadb://${user}@${host}:${port}/${database.name}`, '--command', 'echo at work; sleep 1000'],
      { TIDEOVER_PASSWORD: password ?? '' },
    );
    await run.said('at work');
    run.signal('SIGTERM');
    expect((await run.ended).code).toBe(143);
  });
});

/** Whether a process is gone, or is a zombie that waits for its parent. */
async function ended(pid: number): Promise<boolean> {
  const { readFile } = await import('node:fs/promises');
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return status === null || status.split(') ')[1]!.startsWith('Z');
}
