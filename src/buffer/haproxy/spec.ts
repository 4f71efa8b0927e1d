import { TideoverError } from '../../errors.js';

/** Where HAProxy's runtime socket is. */
export type SocketAddress = { readonly path: string } | { readonly host: string; readonly port: number };

/** What `--buffer haproxy:…` says. */
export interface HaproxySpec {
  readonly socket: SocketAddress;
  readonly backend: string;
  /** The server of the backend whose one connection the engine occupies while it holds. */
  readonly plug: string;
  /** A URL that HAProxy's frontend answers and gives to this backend; plain HTTP. */
  readonly url: URL;
}

const hint =
  'write haproxy:/run/haproxy/admin.sock?backend=NAME&url=http://127.0.0.1:PORT/ (or haproxy:HOST:PORT?… for a TCP socket); url is an address of the frontend; plug=NAME when the plug server is not called "hold"';
const known = new Set(['backend', 'plug', 'url']);
const namePattern = /^[A-Za-z0-9_.:-]+$/;

/** Reads `haproxy:SOCKET?backend=NAME&url=URL[&plug=NAME]`; throws `buffer-invalid`. */
export function parseHaproxySpec(text: string): HaproxySpec {
  const invalid = (fact: string): TideoverError =>
    new TideoverError('buffer-invalid', `the buffer "${text}" ${fact}`, { hint });
  const match = /^haproxy:([^?]+)\?(.+)$/.exec(text);
  if (match === null) throw invalid('is not of the form haproxy:SOCKET?backend=NAME&url=URL');
  const [, address = '', query = ''] = match;
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) {
    if (!known.has(name)) throw invalid(`has an unknown parameter "${name}"`);
    if (parameters.getAll(name).length > 1) throw invalid(`has "${name}" twice; every backend is a buffer of its own`);
  }
  const nameOf = (parameter: string, fallback = ''): string => {
    const value = parameters.get(parameter) ?? fallback;
    // The name goes into commands of the runtime socket, where a blank or a semicolon would begin another one.
    if (!namePattern.test(value)) throw invalid(`needs ${parameter}=NAME (letters, digits, "_.:-")`);
    return value;
  };
  const socket = parseSocket(address);
  if (socket === undefined) throw invalid('names no runtime socket: an absolute path or HOST:PORT');
  const urlText = parameters.get('url') ?? '';
  const url = URL.canParse(urlText) ? new URL(urlText) : undefined;
  if (url?.protocol !== 'http:') throw invalid('needs url=http://HOST:PORT/, an address of the frontend');
  return { socket, backend: nameOf('backend'), plug: nameOf('plug', 'hold'), url };
}

function parseSocket(address: string): SocketAddress | undefined {
  if (address.startsWith('/')) return { path: address };
  const match = /^(?:\[(?<v6>[0-9a-fA-F:]+)\]|(?<name>[^:/[\]]+)):(?<port>\d{1,5})$/.exec(address);
  const host = match?.groups?.['v6'] ?? match?.groups?.['name'];
  const port = Number(match?.groups?.['port']);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

/** For messages: the socket as the operator wrote it. */
export function socketName(socket: SocketAddress): string {
  return 'path' in socket ? socket.path : `${socket.host}:${socket.port}`;
}
