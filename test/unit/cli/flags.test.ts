import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  addChangeFlags,
  addConnectionFlags,
  addRunFlags,
  environmentNameOf,
  migrationOptionsOf,
} from '../../../src/cli/flags.js';
import { numberOptions } from '../../../src/migration/options.js';

afterEach(() => vi.unstubAllEnvs());

/** What the command line means. The password is given, so that nothing asks for one. */
async function optionsOf(...args: string[]) {
  vi.stubEnv('TIDEOVER_PASSWORD', 'pw');
  const command = addRunFlags(addChangeFlags(addConnectionFlags(new Command('run')))).exitOverride();
  command.configureOutput({ writeErr: () => undefined });
  await command.parseAsync(args, { from: 'user' });
  return migrationOptionsOf(command);
}

const dsn = ['--dsn', 'mariadb://root@db1/shop'];
const alter = ['--alter', 'ALTER TABLE t ADD c INT'];

describe('flags of run', () => {
  test('what is not given is left to the library', async () => {
    const { connection, ...rest } = await optionsOf(...dsn, ...alter);
    expect(connection).toEqual({ host: 'db1', port: 3306, user: 'root', password: 'pw', database: 'shop' });
    expect(rest).toEqual({ alter: ['ALTER TABLE t ADD c INT'] });
  });

  test('every numeric option has its flag and its environment variable; the flag goes first', async () => {
    for (const [name, option] of Object.entries(numberOptions)) {
      const [fromEnvironment, fromFlag] = [String(option.min), String(option.max)];
      vi.stubEnv(environmentNameOf(option.flag), fromEnvironment);
      expect(await optionsOf(...dsn, ...alter)).toMatchObject({ [name]: option.min });
      expect(await optionsOf(...dsn, ...alter, `--${option.flag}`, fromFlag)).toMatchObject({ [name]: option.max });
      vi.unstubAllEnvs();
    }
  });

  test('the other flags', async () => {
    const options = await optionsOf(
      ...dsn,
      ...[...alter, '--alter', 'ADD d INT', '--table', 't'],
      ...['--postpone-cutover', '--instant', '--indexes', 'while-copying', '--drop-retired'],
      ...['--hook', 'before-copy=true', '--hook', 'before-copy=test "$A" = b', '--hook', 'failed=true'],
    );
    expect(options).toMatchObject({
      alter: ['ALTER TABLE t ADD c INT', 'ADD d INT'],
      table: 't',
      postponeCutover: true,
      instant: true,
      indexes: 'while-copying',
      dropRetired: true,
    });
    expect(options.hooks?.['before-copy']).toHaveLength(2);
    expect(options.hooks?.failed).toHaveLength(1);
  });

  test.each([
    ['--chunk-time', 'soon'],
    ['--chunk-time', '-5'],
    ['--indexes', 'never'],
    ['--hook', 'before-lunch=true'],
    ['--hook', 'before-copy'],
    ['--no-such-flag'],
    ['surplus argument'],
  ])('commander refuses %s %s', async (...flags) => {
    await expect(optionsOf(...dsn, ...alter, ...flags)).rejects.toMatchObject({ name: 'CommanderError' });
  });

  test('no change at all, or a file that is not there, is a usage error', async () => {
    await expect(optionsOf(...dsn)).rejects.toMatchObject({ code: 'usage-error' });
    const file = join(await mkdtemp(join(tmpdir(), 'tideover-flags-')), 'create.sql');
    await writeFile(file, 'CREATE TABLE n (id INT)');
    await expect(optionsOf(...dsn, '--file', file, '--alter', 'ALTER TABLE t ADD c INT')).rejects.toMatchObject({
      code: 'usage-error',
    });
    await expect(optionsOf(...dsn, '--file', 'no/such.sql')).rejects.toMatchObject({ code: 'usage-error' });
  });
});

describe('a config file', () => {
  async function config(text: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'tideover-flags-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'tideover.yaml'), text);
    return join(folder, 'tideover.yaml');
  }
  const text = `
connection: {host: db9, user: app, database: stock, password: {env: STOCK_PW}}
source: {alter: [ADD c INT], table: t}
copy: {copyWorkers: 3, indexes: while-copying}
cutover: {postponeCutover: true}
hold: {buffers: [none]}
hooks: {failed: ['true'], before-copy: ['true', 'false'], switched: ['true']}
`;

  test('declarations alone are added to its change; a change replaces it', async () => {
    const path = await config('source: {alter: ["ALTER TABLE t ADD c INT"], acceptDataSteps: [a]}\n');
    expect(await optionsOf('--config', path, ...dsn, '--accept-data-step', 'b')).toMatchObject({
      alter: ['ALTER TABLE t ADD c INT'],
      acceptDataSteps: ['a', 'b'],
    });
    const replaced = await optionsOf('--config', path, ...dsn, '--alter', 'ALTER TABLE u ADD d INT');
    expect(replaced.alter).toEqual(['ALTER TABLE u ADD d INT']);
    expect(replaced).not.toHaveProperty('acceptDataSteps');
  });

  test('says everything, with flag or TIDEOVER_CONFIG', async () => {
    const path = await config(text);
    vi.stubEnv('STOCK_PW', 'unused while TIDEOVER_PASSWORD is set');
    const expected = {
      connection: { host: 'db9', port: 3306, user: 'app', database: 'stock', password: 'pw' },
      alter: ['ADD c INT'],
      table: 't',
      copyWorkers: 3,
      indexes: 'while-copying',
      postponeCutover: true,
    };
    const { buffers, hooks, ...rest } = await optionsOf('--config', path);
    expect(rest).toEqual(expected);
    expect(buffers).toHaveLength(1);
    expect(hooks?.['before-copy']).toHaveLength(2);
    vi.stubEnv('TIDEOVER_CONFIG', path);
    expect(await optionsOf()).toMatchObject(expected);
  });

  test('goes behind the environment, and that behind flags', async () => {
    const path = await config(text);
    vi.stubEnv('TIDEOVER_COPY_WORKERS', '4');
    expect(await optionsOf('--config', path)).toMatchObject({ copyWorkers: 4 });
    const flags = ['--copy-workers', '5', '--indexes', 'after-copy', '--hook', 'before-copy=true'];
    const options = await optionsOf(
      '--config',
      path,
      ...dsn,
      ...alter,
      ...flags,
      '--buffer',
      'none',
      '--buffer',
      'none',
    );
    expect(options).toMatchObject({ copyWorkers: 5, indexes: 'after-copy', postponeCutover: true });
    expect(options.connection).toMatchObject({ host: 'db1', user: 'root', database: 'shop' });
    expect(options).toMatchObject({ alter: ['ALTER TABLE t ADD c INT'] });
    expect(options.table).toBeUndefined();
    expect(options.buffers).toHaveLength(2);
    // By event.
    expect(options.hooks?.['before-copy']).toHaveLength(1);
    expect(options.hooks?.switched).toHaveLength(1);
    vi.stubEnv('TIDEOVER_DSN', 'mariadb://env@db5/shop');
    expect((await optionsOf('--config', path)).connection).toMatchObject({ host: 'db5', user: 'env' });
  });

  test('that is wrong is a usage error with the place', async () => {
    const path = await config('copy: {copyWorkers: 0}');
    await expect(optionsOf('--config', path, ...dsn, ...alter)).rejects.toMatchObject({
      code: 'usage-error',
      message: expect.stringContaining(`${path}:1:21: `) as string,
    });
    await expect(optionsOf('--config', await config('copy: {instant: true}'), ...dsn)).rejects.toMatchObject({
      message: 'no change was given',
    });
  });
});
