import { TideoverError } from '../errors.js';

/** What the `[client]` section of an option file may say about a connection. */
export interface ClientDefaults {
  readonly user?: string;
  readonly password?: string;
  readonly host?: string;
  readonly port?: number;
  readonly socket?: string;
}

/**
 * Reads the `[client]` section of a MariaDB option file. Names that it does not use are skipped: the file serves other programs
 * too. Throws `usage-error` for a file that it would misread.
 */
export function parseDefaults(text: string): ClientDefaults {
  const found: Record<string, string> = {};
  let section = '';
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    if (line.startsWith('!')) throw unreadable(index, 'included files are not followed');
    const header = /^\[(.+)\]/.exec(line);
    if (header) {
      section = header[1]!.trim().toLowerCase();
      continue;
    }
    if (section !== 'client') continue;
    const [, name, value] = /^([^=\s]+)\s*(?:=\s*(.*))?$/.exec(line) ?? [];
    if (name === undefined) throw unreadable(index, 'it is not "name=value"');
    found[name.toLowerCase().replaceAll('_', '-')] = valueOf(value ?? '');
  }
  const port = found['port'];
  if (port !== undefined && !/^\d{1,5}$/.test(port)) throw unreadable(null, `port is "${port}"`);
  return {
    ...pick(found, 'user'),
    ...pick(found, 'password'),
    ...pick(found, 'host'),
    ...pick(found, 'socket'),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}

function pick<N extends string>(found: Readonly<Record<string, string>>, name: N): Partial<Record<N, string>> {
  const value = found[name];
  return value === undefined ? {} : ({ [name]: value } as Record<N, string>);
}

const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  r: '\r',
  s: ' ',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** A value as the server's own programs read it: quotes go, `#` begins a comment outside of quotes, escapes are resolved. */
function valueOf(text: string): string {
  const quoted = /^(["'])((?:\\.|(?!\1)[^\\])*)\1/.exec(text);
  const bare = quoted ? quoted[2]! : text.replace(/\s*#.*$/, '').trimEnd();
  return bare.replaceAll(/\\(.)/g, (whole, char: string) => escapes[char] ?? whole);
}

function unreadable(index: number | null, what: string): TideoverError {
  const where = index === null ? 'the defaults file' : `line ${index + 1} of the defaults file`;
  return new TideoverError('usage-error', `${where} cannot be used: ${what}`, {
    hint: 'Give a file with a [client] section: user, password, host, port, socket.',
  });
}
