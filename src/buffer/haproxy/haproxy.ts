import { TideoverError } from '../../errors.js';
import type { BufferLayer } from '../contract.js';
import { holdInChild } from '../watchdog.js';
import { readBackend } from './backend.js';
import { restore } from './held-backend.js';
import { beginHold } from './hold.js';
import { findObstacles } from './preflight.js';
import { parseHaproxySpec, socketName } from './spec.js';

/**
 * HAProxy as a buffer, over its runtime socket (`README.md` of `examples/haproxy` has the configuration). `spec` is
 * `haproxy:SOCKET?backend=NAME&url=URL[&plug=NAME]`, `secret` the value of the plug's header. Throws `buffer-invalid`.
 * The hold is kept by a process of its own, which serves the plug and opens the backend when this one dies.
 */
export function haproxyBuffer(spec: string, secret: string): BufferLayer {
  const environment = { TIDEOVER_BUFFER_TOKEN: secret };
  const layer = haproxyLayer(spec, environment);
  const { socket, ...parsed } = parseHaproxySpec(spec);
  return {
    ...layer,
    hold: async (request) => {
      // When the keeper is killed, nobody else knows what the backend was like.
      const before = await readBackend(socket, parsed.backend);
      const recover = (): Promise<void> => restore({ socket, ...parsed }, before);
      return holdInChild({ module: import.meta.url, factory: 'haproxyLayer', spec, environment, recover }, request);
    },
  };
}

/** The same within this process: servers stay in maintenance when it dies. */
export function haproxyLayer(spec: string, environment: Readonly<Record<string, string | undefined>>): BufferLayer {
  const parsed = parseHaproxySpec(spec);
  const secret = environment['TIDEOVER_BUFFER_TOKEN'] ?? '';
  if (secret === '') {
    throw new TideoverError('buffer-invalid', `the buffer "${spec}" needs the secret of its plug server`, {
      hint: 'Set TIDEOVER_BUFFER_TOKEN to the value that the use-server rule of HAProxy compares with.',
    });
  }
  return {
    name: `haproxy:${socketName(parsed.socket)}?backend=${parsed.backend}`,
    capabilities: {
      carries: 'http',
      strictOrder: true,
      countsInFlight: true,
      countsHeld: true,
      perProject: true,
      onExpiry: 'open',
    },
    preflight: (holdMs) => findObstacles(parsed, secret, holdMs),
    hold: (request) => beginHold(parsed, secret, request),
    close: () => Promise.resolve(),
  };
}
