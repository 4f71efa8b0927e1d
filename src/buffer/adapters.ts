import { TideoverError } from '../errors.js';
import type { BufferLayer } from './contract.js';
import { haproxyBuffer } from './haproxy/haproxy.js';
import { hookBuffer } from './hook/hook.js';
import { httpBuffer } from './http/client.js';
import { noBuffer } from './none.js';
import { openrestyBuffer } from './openresty/openresty.js';
import { rabbitmqBuffer } from './rabbitmq/rabbitmq.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What `--buffer` takes, by prefix. */
const adapters: Readonly<Record<string, (spec: string, environment: Environment) => BufferLayer>> = {
  http: (spec, environment) => httpBuffer(spec, tokenOf(spec, environment)),
  https: (spec, environment) => httpBuffer(spec, tokenOf(spec, environment)),
  haproxy: (spec, environment) => haproxyBuffer(spec, tokenOf(spec, environment)),
  openresty: (spec, environment) => openrestyBuffer(spec, tokenOf(spec, environment)),
  rabbitmq: rabbitmqBuffer,
  exec: hookBuffer,
  callback: hookBuffer,
  none: noBuffer,
};

/** The buffer that a specification names. Connects to nothing. Throws `buffer-invalid`. */
export function bufferOf(spec: string, environment: Environment): BufferLayer {
  const prefix = /^[a-z]+/.exec(spec)?.[0] ?? '';
  const adapter = Object.hasOwn(adapters, prefix) ? adapters[prefix] : undefined;
  if (adapter === undefined || !/^[a-z]+(:|$)/.test(spec)) {
    throw new TideoverError('buffer-invalid', `"${spec}" names no buffer that is known`, {
      hint: `Known are http(s)://HOST:ADMINPORT of a "tideover buffer", and ${Object.keys(adapters)
        .filter((name) => !/^http/.test(name))
        .map((name) => (name === 'none' ? name : `${name}:…`))
        .join(', ')}.`,
    });
  }
  return adapter(spec, environment);
}

/** What authenticates the engine at a buffer; never on the command line. */
function tokenOf(spec: string, environment: Environment): string {
  const token = environment['TIDEOVER_BUFFER_TOKEN'];
  if (token !== undefined && token !== '') return token;
  throw new TideoverError('buffer-invalid', `the buffer "${spec}" needs a token`, {
    hint: 'Set TIDEOVER_BUFFER_TOKEN to the token that the buffer was started with.',
  });
}
