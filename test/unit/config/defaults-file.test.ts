import { describe, expect, test } from 'vitest';
import { parseDefaults } from '../../../src/config/defaults-file.js';

describe('option files', () => {
  test('only the [client] section counts, whatever else the file holds', () => {
    const text = [
      'password=outside',
      '# a comment',
      '[mysqld]',
      'port=1',
      '[client]',
      'user = app  # the service',
      'PASSWORD="a#b\\"c \\\\ d"',
      "socket='/run/my sql.sock'",
      'skip-ssl',
      'default_character_set=utf8mb4',
      'port=3307',
      '[client-other]',
      'user=other',
    ].join('\r\n');
    expect(parseDefaults(text)).toEqual({
      user: 'app',
      password: 'a#b"c \\ d',
      socket: '/run/my sql.sock',
      port: 3307,
    });
  });

  test('the last value counts, as for the server’s own programs', () => {
    expect(parseDefaults('[client]\nuser=a\nuser=b\n')).toEqual({ user: 'b' });
  });

  test.each(['[client]\nport=many', '[client]\n= x', '!include /etc/other.cnf'])('refuses %j', (text) => {
    expect(() => parseDefaults(text)).toThrow(expect.objectContaining({ code: 'usage-error' }) as Error);
  });
});
