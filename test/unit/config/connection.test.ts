import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolveConnection, type ConnectionSource } from '../../../src/config/connection.js';

let folder: string;
let defaultsFile: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tideover-connection-'));
  defaultsFile = join(folder, 'client.cnf');
  await writeFile(defaultsFile, '[client]\nuser=file-user\npassword=file-pw\nhost=file-host\nport=3399\n');
});
afterAll(() => rm(folder, { recursive: true }));

function source({ password, ...parts }: Partial<ConnectionSource> & { password?: string }): ConnectionSource {
  const environment = password === undefined ? {} : { TIDEOVER_PASSWORD: password };
  return { dsn: undefined, dsnOnArgv: true, defaultsFile: undefined, config: null, environment, ask: null, ...parts };
}

describe('where the connection comes from', () => {
  test('the DSN goes before the defaults file, which fills what is missing', async () => {
    expect(await resolveConnection(source({ dsn: 'mariadb://root@db1:3306/shop', defaultsFile }))).toEqual({
      host: 'db1',
      port: 3306,
      user: 'root',
      password: 'file-pw',
      database: 'shop',
    });
    expect(await resolveConnection(source({ dsn: 'mariadb:///shop', defaultsFile }))).toEqual({
      host: 'file-host',
      port: 3399,
      user: 'file-user',
      password: 'file-pw',
      database: 'shop',
    });
    expect(await resolveConnection(source({ dsn: 'mariadb://db1/shop', defaultsFile }))).toMatchObject({ port: 3306 });
  });

  test('a socket in the defaults file is for a DSN without a host', async () => {
    const withSocket = join(folder, 'socket.cnf');
    await writeFile(withSocket, '[client]\nuser=u\nsocket=/run/db.sock\n');
    const local = await resolveConnection(source({ dsn: 'mariadb:///shop', defaultsFile: withSocket }));
    expect(local).toMatchObject({ socketPath: '/run/db.sock', user: 'u' });
    const remote = await resolveConnection(source({ dsn: 'mariadb://db1/shop', defaultsFile: withSocket }));
    expect(remote).not.toHaveProperty('socketPath');
  });

  test('the password: environment, then defaults file, then the terminal', async () => {
    const ask = () => Promise.resolve('asked');
    const dsn = 'mariadb://root@db1/shop';
    const passwordOf = async (parts: Parameters<typeof source>[0]) =>
      (await resolveConnection(source({ dsn, ask, ...parts }))).password;
    expect(await passwordOf({ defaultsFile, password: 'env' })).toBe('env');
    expect(await passwordOf({ defaultsFile })).toBe('file-pw');
    expect(await passwordOf({})).toBe('asked');
    expect(await passwordOf({ password: '' })).toBeUndefined();
    expect(await passwordOf({ ask: null })).toBeUndefined();
  });

  test('a password in the DSN is refused on argv and taken from the environment', async () => {
    const dsn = 'mariadb://root:s3cret@db1/shop';
    const refusal = await resolveConnection(source({ dsn })).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'usage-error',
      hint: expect.stringContaining('TIDEOVER_PASSWORD') as string,
    });
    expect(JSON.stringify(refusal) + String(refusal)).not.toContain('s3cret');
    expect(await resolveConnection(source({ dsn, dsnOnArgv: false }))).toMatchObject({ password: 's3cret' });
  });

  test.each([
    [{}, 'no DSN'],
    [{ dsn: 'nonsense' }, 'not a URL'],
    [{ dsn: 'mariadb://db1/shop' }, 'no user'],
    [{ dsn: 'mariadb://root@db1/' }, 'no database'],
    [{ dsn: 'mariadb://root@db1/shop', defaultsFile: 'no/such/file' }, 'cannot be read'],
  ])('%j is a usage error: %s', async (parts, message) => {
    await expect(resolveConnection(source(parts))).rejects.toMatchObject({
      code: 'usage-error',
      message: expect.stringContaining(message) as string,
    });
  });
});
