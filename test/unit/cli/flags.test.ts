import { Command } from 'commander';
import { afterEach, describe, expect, test, vi } from 'vitest';
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
    expect(rest).toEqual({ alter: ['ALTER TABLE t ADD c INT'], indexes: 'after-copy' });
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
    await expect(optionsOf(...dsn, '--file', 'no/such.sql')).rejects.toMatchObject({ code: 'usage-error' });
  });
});
