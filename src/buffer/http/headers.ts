/** Header fields on their way through the buffer. Raw lists are flat: name, value, name, value. */

/** Fields that concern one connection only (RFC 9110 §7.6.1), and those that undici writes itself. */
const ofOneConnection: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** Fields of a request that are looked at or replaced. */
const special: ReadonlySet<string> = new Set([
  ...ofOneConnection,
  'content-length',
  'expect',
  'trailer',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'host',
  'x-tideover-pass',
]);

/** Most names are told apart by their length alone, which is cheaper than lowering their case. */
const lengthsOf = (names: ReadonlySet<string>): readonly boolean[] => {
  const lengths: boolean[] = [];
  for (const { length } of names) lengths[length] = true;
  return lengths;
};
const specialLengths = lengthsOf(special);
const connectionLengths = lengthsOf(ofOneConnection);

/** What carries a request's permission to pass a held gate; see `pass.ts`. */
export const passHeader = 'x-tideover-pass';

export interface RequestHead {
  /** What goes to the service, without the pass. */
  readonly headers: string[];
  /** Bytes of the body; null when it is chunked; 0 when there is none. */
  readonly bodyLength: number | null;
  /** The pass that the client showed, unchecked. */
  readonly pass: string | null;
}

/** `peer`: the client's address; `scheme`: how it came in. Throws RangeError for a Content-Length that is no number. */
export function requestHead(
  raw: readonly string[],
  client: { readonly peer: string; readonly scheme: 'http' | 'https' },
): RequestHead {
  const headers: string[] = [];
  let forwardedFor = '';
  let proto = false;
  let forwardedHost = false;
  let host: string | null = null;
  let bodyLength: number | null = 0;
  let trailers = false;
  let pass: string | null = null;
  let named: ReadonlySet<string> | null = null;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!;
    const value = raw[i + 1]!;
    const known = specialLengths[name.length] === true ? name.toLowerCase() : '';
    switch (known) {
      case 'connection':
        named = namedFields(value) ?? named;
        continue;
      case 'te':
        trailers = /\btrailers\b/i.test(value);
        continue;
      case 'transfer-encoding':
        bodyLength = null;
        continue;
      case 'keep-alive':
      case 'proxy-connection':
      case 'upgrade':
      case 'expect': // Answered here, once the request is let go.
      case 'trailer': // undici sends no trailers.
        continue;
      case 'content-length':
        bodyLength = lengthOf(value);
        break;
      case 'host':
        host ??= value;
        break;
      case 'x-forwarded-for':
        forwardedFor = forwardedFor === '' ? value : `${forwardedFor}, ${value}`;
        continue;
      case 'x-forwarded-proto':
        proto = true;
        break;
      case 'x-forwarded-host':
        forwardedHost = true;
        break;
      case passHeader:
        pass = value;
        continue;
    }
    headers.push(name, value);
  }
  const kept = named === null ? headers : withoutNamed(headers, named);
  if (trailers) kept.push('te', 'trailers');
  kept.push('x-forwarded-for', forwardedFor === '' ? client.peer : `${forwardedFor}, ${client.peer}`);
  // A load balancer before us knows better what its client used.
  if (!proto) kept.push('x-forwarded-proto', client.scheme);
  if (!forwardedHost && host !== null) kept.push('x-forwarded-host', host);
  return { headers: kept, bodyLength, pass };
}

export interface ResponseHead {
  readonly headers: string[];
  /** Content-Length; null when the service gave none. */
  readonly bodyLength: number | null;
}

/** `raw` as undici has it: one buffer for each name and value. */
export function responseHead(raw: readonly Buffer[]): ResponseHead {
  const headers: string[] = [];
  let bodyLength: number | null = null;
  let named: ReadonlySet<string> | null = null;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!.toString('latin1');
    const value = raw[i + 1]!.toString('latin1');
    if (connectionLengths[name.length] === true) {
      const known = name.toLowerCase();
      if (known === 'connection') named = namedFields(value) ?? named;
      if (ofOneConnection.has(known)) continue;
    } else if (name.length === 14 && name.toLowerCase() === 'content-length') {
      bodyLength = Number(value);
    }
    headers.push(name, value);
  }
  return { headers: named === null ? headers : withoutNamed(headers, named), bodyLength };
}

/** Text of a field as undici has it, whatever its types say. */
export interface Bytes {
  toString(encoding: 'latin1'): string;
}

/** An upgrade's fields, as they came. */
export function textsOf(raw: readonly Bytes[]): string[] {
  return raw.map((text) => text.toString('latin1'));
}

/** Trailers, as Node takes them. */
export function pairsOf(raw: readonly Bytes[]): [name: string, value: string][] {
  const texts = textsOf(raw);
  return Array.from({ length: texts.length / 2 }, (_, i) => [texts[2 * i]!, texts[2 * i + 1]!]);
}

/** The fields that `Connection: a, b` makes hop-by-hop; null for the usual values, which name none. */
function namedFields(value: string): ReadonlySet<string> | null {
  if (value === 'keep-alive' || value === 'close' || value === 'Keep-Alive') return null;
  const names = value
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    // A client that names these would take away what the request means.
    .filter((name) => !['', 'close', 'keep-alive', 'upgrade', 'content-length', 'host'].includes(name));
  return names.length === 0 ? null : new Set(names);
}

function withoutNamed(headers: readonly string[], named: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    if (!named.has(headers[i]!.toLowerCase())) kept.push(headers[i]!, headers[i + 1]!);
  }
  return kept;
}

function lengthOf(value: string): number {
  const length = Number(value);
  if (!Number.isSafeInteger(length) || length < 0) throw new RangeError('Content-Length is no number of bytes');
  return length;
}
