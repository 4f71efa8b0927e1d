import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigFile } from '../../../src/config/config.js';
import { configSchema, schemaText } from '../../../src/config/schema.js';
import { TideoverError } from '../../../src/errors.js';
import { readConfig } from '../../../src/index.js';
import { numberOptions, type NumberOption } from '../../../src/migration/options.js';

const root = new URL('../../../', import.meta.url);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tideover-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Whether somebody else's validator takes it, by the schema that is published. */
const agrees = new Ajv().compile(JSON.parse(schemaText()) as object);

function failureOf(text: string): TideoverError {
  try {
    new ConfigFile(text, 'tideover.yaml');
  } catch (error) {
    if (error instanceof TideoverError) return error;
    throw error;
  }
  throw new Error(`nothing is wrong with\n${text}`);
}

describe('mistakes of YAML', () => {
  test.each<[what: string, text: string, message: string]>([
    ['an empty file', '', 'tideover.yaml:1:1: the file is empty'],
    ['only comments', '# nothing\n', 'tideover.yaml:1:1: the file is empty'],
    ['a tab', 'copy:\n\tcopyWorkers: 2\n', 'tideover.yaml:2:1: a tab character indents this line'],
    ['a key twice', 'copy:\n  instant: true\n  instant: false\n', 'tideover.yaml:3:3: this key is there twice'],
    ['an open list', 'source:\n  files: [a.sql\n', 'tideover.yaml:3:1: this is no YAML: '],
    ['two documents', 'copy:\n  instant: true\n---\nhold: {}\n', 'tideover.yaml:3:1: a second document begins here'],
    ['two values on a line', 'source: alter: x\n', 'tideover.yaml:1:9: a second "name: value" on one line'],
    ['an alias of nothing', 'copy:\n  instant: *fast\n', 'tideover.yaml:2:12: this alias stands for nothing before it'],
    ['a tag', 'copy:\n  instant: !!js/function x\n', 'tideover.yaml:2:12: this is no YAML: Unresolved tag'],
    ['a list', '- copy\n', 'tideover.yaml:1:1: the file is a list, allowed is a mapping with connection, source, copy'],
    ['a text', 'copy\n', 'tideover.yaml:1:1: the file is "copy", allowed is a mapping with'],
  ])('%s', (_what, text, message) => {
    const error = failureOf(text);
    expect(error).toMatchObject({ code: 'usage-error', exitCode: 2, outcome: 'untouched' });
    expect(error.message.slice(0, message.length)).toBe(message);
  });

  test('a text that may hold secrets is not quoted', () => {
    const error = failureOf('connection:\n  password: "s3cret\n  user: x: s3cret\n');
    expect(JSON.stringify([error.hint, error.facts, error.stack])).not.toContain('s3cret');
  });
});

/** Each is refused by us and by the published schema. */
const wrong: readonly [what: string, text: string, message: string, hint: string][] = [
  [
    'an unknown section',
    'conection: {}',
    '1:1: the file has no "conection"; did you mean "connection"?',
    'connection,',
  ],
  [
    'a typo',
    'copy:\n  copyWorker: 2',
    '2:3: copy has no "copyWorker"; did you mean "copyWorkers"?',
    'Known in copy are copyWorkers, ',
  ],
  ['a flag’s name', 'copy: {chunk-time: 5}', '1:8: copy has no "chunk-time"; did you mean "chunkTimeMs"?', ''],
  [
    'a key of another section',
    'copy:\n  lockTimeoutMs: 100',
    '2:3: copy has no "lockTimeoutMs"; did you mean "cutover.lockTimeoutMs"?',
    '',
  ],
  [
    'a key without its section',
    'copyWorkers: 2',
    '1:1: the file has no "copyWorkers"; did you mean "copy.copyWorkers"?',
    '',
  ],
  ['a key like no other', 'hold: {bananas: 1}', '1:8: hold has no "bananas"', 'Known in hold are buffers, '],
  [
    'a number out of bounds',
    'copy:\n  chunkTimeMs: 5',
    '2:16: copy.chunkTimeMs is 5, allowed is a whole number from 20 to 10,000',
    '',
  ],
  [
    'a broken number',
    'copy: {copyWorkers: 2.5}',
    '1:21: copy.copyWorkers is 2.5, allowed is a whole number from 1 to 32',
    '',
  ],
  ['a number as text', 'copy: {copyWorkers: "2"}', '1:21: copy.copyWorkers is "2", allowed is a whole number', ''],
  ['a yes', 'cutover: {dropRetired: yes}', '1:24: cutover.dropRetired is "yes", allowed is true or false', ''],
  [
    'another choice',
    'copy: {indexes: never}',
    '1:17: copy.indexes is "never", allowed is after-copy or while-copying',
    '',
  ],
  ['a section of another kind', 'copy: [1]', '1:7: copy is a list, allowed is a mapping with copyWorkers', ''],
  ['an empty section', 'copy:\nhold:\n  maxHeld: 1', '1:6: copy is empty, allowed is a mapping', ''],
  [
    'a text for a list',
    'source:\n  alter: ALTER TABLE t ADD c INT',
    '2:10: source.alter is "ALTER TABLE t ADD c INT", allowed is a list',
    'begin the line with "- "',
  ],
  ['an empty list', 'source: {files: []}', '1:17: source.files is an empty list, allowed is a list', ''],
  [
    'a list with nothing in it',
    'source: {files: [""]}',
    '1:18: source.files.0 is an empty text, allowed is a text',
    '',
  ],
  ['a list of lists', 'source: {files: [[a]]}', '1:18: source.files.0 is a list, allowed is a text', ''],
  [
    'two sources',
    'source:\n  command: alembic upgrade head\n  files: [a.sql]',
    '3:3: source.files and source.command exclude each other',
    'Keep one',
  ],
  ['a table without alter', 'source: {table: t, files: [a]}', '1:10: source.table needs source.alter beside it', ''],
  [
    'an expression that is a number',
    'source: {map: {t: {c: 5}}}',
    '1:23: source.map.t.c is 5, allowed is a text',
    'Quote',
  ],
  ['a mapping without columns', 'source: {map: {t: {}}}', '1:19: source.map.t is empty', 'Give a name.'],
  ['renames of another kind', 'source: {renames: {t: a}}', '1:23: source.renames.t is "a", allowed is a mapping', ''],
  [
    'a socket and a host',
    'connection: {host: a, socket: /b}',
    '1:23: connection.socket and connection.host exclude',
    '',
  ],
  [
    'a port out of bounds',
    'connection: {port: 70000}',
    '1:20: connection.port is 70000, allowed is a whole number',
    '',
  ],
  [
    'two places of a password',
    'connection: {password: {env: A, file: b}}',
    '1:24: connection.password takes one key',
    '',
  ],
  ['no place of a password', 'connection: {password: {}}', '1:24: connection.password is empty', 'Give env or file.'],
  ['an event that is none', 'hooks: {before-lunch: [a]}', '1:9: hooks has no "before-lunch"', 'before-copy, '],
  ['a merge', 'copy: {<<: {instant: true}}', '1:8: copy has no "<<"', ''],
];

describe('what does not fit', () => {
  test.each(wrong)('%s', (_what, text, message, hint) => {
    const error = failureOf(text);
    expect(error).toMatchObject({ code: 'usage-error', exitCode: 2 });
    expect(error.message.split('\n')).toHaveLength(1);
    expect(error.message).toContain(`tideover.yaml:${message}`);
    expect(error.hint ?? '').toContain(hint);
    expect(agrees(parse(text))).toBe(false);
  });

  test('everything at once, in the order of the file', () => {
    const { message, facts } = failureOf('hold:\n  maxHeld: 0\ncopy:\n  instnat: true\n  indexes: 3\n');
    expect(message.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'tideover.yaml:2:12:',
      'tideover.yaml:4:3:',
      'tideover.yaml:5:12:',
    ]);
    expect(facts['mistakes']).toHaveLength(3);
  });

  test.each([
    'connection: {password: s3cret}',
    'connection:\n  password: 5551212',
    'connection: {password: [s3cret]}',
    'connection: {password: {env: "s3cret!"}}',
    'connection: {password: {file: [s3cret]}}',
  ])('a password is never written out, and never shown: %s', (text) => {
    const error = failureOf(text);
    expect(error.message).toMatch(/^tideover\.yaml:\d+:\d+: connection\.password/);
    expect(error.hint ?? '').toMatch(/\{env: NAME\}|^$/);
    expect(JSON.stringify([error.hint, error.facts, error.stack])).not.toMatch(/s3cret|5551212/);
    expect(agrees(parse(text))).toBe(false);
  });
});

describe('what fits', () => {
  test('every number of the options’ table has its key, with the table’s bounds', () => {
    for (const [name, { section, min, max }] of Object.entries<NumberOption>(numberOptions)) {
      for (const good of [min, max]) {
        expect(new ConfigFile(`${section}: {${name}: ${good}}`, 'f').content).toEqual({ [section]: { [name]: good } });
        expect(agrees({ [section]: { [name]: good } })).toBe(true);
      }
      for (const bad of [min - 1, max + 1]) failureOf(`${section}: {${name}: ${bad}}`);
    }
  });

  test('every source, and anchors', () => {
    const sources = [
      'alter: [ADD c INT]\n  table: t',
      'files: [a.sql, b.sql]',
      'knex: ./migrations\n  versionTables: [knex_migrations, knex_migrations_lock]\n  acceptDataSteps: [backfill]',
      'command: alembic upgrade head\n  renameTables: {old: new}\n  renames: {t: {a: b}}\n  map: {t: {c: "a + 1", 5: x}}',
      'files: &same [a.sql]\n  acceptDataSteps: *same',
    ];
    for (const source of sources) {
      const text = `source:\n  ${source}\n`;
      expect(new ConfigFile(text, 'f').content).toEqual(parse(text));
      expect(agrees(parse(text))).toBe(true);
    }
  });
});

describe('a config file as options of the library', () => {
  async function write(name: string, text: string): Promise<string> {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  }

  test('the example', async () => {
    const path = fileURLToPath(new URL('examples/config/tideover.yaml', root));
    expect(agrees(parse(await readFile(path, 'utf8')))).toBe(true);
    const environment = { SHOP_DB_PASSWORD: 'pw', TIDEOVER_BUFFER_TOKEN: 'x'.repeat(32) };
    const { buffers, hooks, ...options } = await readConfig(path, environment);
    expect(options).toEqual({
      connection: { host: 'db1.example.net', port: 3306, user: 'tideover', database: 'shop', password: 'pw' },
      sql: [expect.stringContaining('ALTER TABLE orders') as string],
      copyWorkers: 2,
      chunkTimeMs: 100,
      indexes: 'after-copy',
      lockTimeoutMs: 200,
      cutoverAttempts: 100,
      postponeCutover: true,
      clientTimeoutMs: 30_000,
      holdDeadlineMs: 10_000,
    });
    expect(buffers).toHaveLength(1);
    expect(Object.keys(hooks ?? {})).toEqual(['before-cutover', 'switched']);
  });

  test('every kind of source', async () => {
    const sourceOf = async (source: string) => {
      const { connection, ...change } = await readConfig(
        await write('source.yaml', `connection: {database: d, user: u}\nsource: {${source}}`),
        {},
      );
      expect(connection.database).toBe('d');
      return change;
    };
    expect(await sourceOf('knex: ./m')).toEqual({ knex: join(folder, 'm') });
    const declared =
      'versionTables: [v], renameTables: {a: b}, renames: {t: {x: y}}, map: {t: {z: "x + 1"}}, acceptDataSteps: [t]';
    expect(await sourceOf(`command: db-manage upgrade, ${declared}`)).toEqual({
      command: 'db-manage upgrade',
      versionTables: ['v'],
      tableRenames: ['`a`:`b`'],
      renames: ['`t`.`x`:`y`'],
      maps: ['`t`.`z`=x + 1'],
      acceptDataSteps: ['t'],
    });
  });

  test('where the password is: the environment, the reference, the defaults file', async () => {
    await write('pw', 'from a file\n');
    await write('client.cnf', '[client]\nuser=file-user\npassword=default\nhost=file-host\nport=3399\nsocket=/s\n');
    const connect = async (connection: string, environment = {}) =>
      (await readConfig(await write('c.yaml', `connection: {database: shop, ${connection}}`), environment)).connection;
    expect(await connect('user: u, password: {file: pw}')).toMatchObject({ user: 'u', password: 'from a file' });
    expect(await connect('user: u, password: {env: PW}', { PW: 'p' })).toMatchObject({ password: 'p' });
    expect(await connect('user: u, password: {env: PW}', { TIDEOVER_PASSWORD: 'own' })).toMatchObject({
      password: 'own',
    });
    expect(await connect('user: u')).toEqual({ host: '127.0.0.1', port: 3306, user: 'u', database: 'shop' });
    expect(await connect('defaultsFile: client.cnf')).toEqual({
      host: 'file-host',
      port: 3399,
      socketPath: '/s',
      user: 'file-user',
      password: 'default',
      database: 'shop',
    });
    expect(await connect('defaultsFile: client.cnf, host: db1, password: {file: pw}')).toEqual({
      host: 'db1',
      port: 3306,
      user: 'file-user',
      password: 'from a file',
      database: 'shop',
    });
    expect(await connect('user: u, socket: run/db.sock')).toMatchObject({ socketPath: join(folder, 'run/db.sock') });
  });

  test.each<[text: string, message: string]>([
    ['connection: {database: d, user: u, password: {env: NOT_SET}}', '1:52: the environment has no NOT_SET'],
    ['connection: {database: d, user: u, password: {file: no/file}}', '1:53: connection.password.file cannot be read'],
    ['connection: {database: d, defaultsFile: no/file}', '1:41: the defaults file cannot be read'],
    ['connection: {user: u}', '1:13: connection names no database'],
    ['connection: {database: d}', '1:13: connection names no user'],
    ['copy: {instant: true}', '1:1: the file has no connection'],
    ['connection: &c {database: d, user: u}\nsource: {files: [no.sql]}', '2:18: source.files.0 cannot be read'],
    ['connection: {database: d, user: u}\nhold:\n  buffers: [none, "bucket:7"]', '3:19: "bucket:7" names no buffer'],
    [
      'connection: {database: d, user: u}\nhold:\n  buffers: ["http://a:1"]',
      '3:13: the buffer "http://a:1" needs a token',
    ],
  ])('%s', async (text, message) => {
    const path = await write('bad.yaml', text);
    await expect(readConfig(path, {})).rejects.toMatchObject({
      code: 'usage-error',
      message: expect.stringContaining(`${path}:${message}`) as string,
    });
  });

  test('a file that is not there', async () => {
    await expect(readConfig(join(folder, 'none.yaml'))).rejects.toMatchObject({
      code: 'usage-error',
      message: expect.stringContaining('none.yaml') as string,
    });
  });
});

test('the published schema is the program’s (vitest --update writes it)', async () => {
  expect(configSchema.additionalProperties).toBe(false);
  await expect(schemaText()).toMatchFileSnapshot(fileURLToPath(new URL('tideover.schema.json', root)));
});
