import { randomBytes } from 'node:crypto';
import { TideoverError } from '../../errors.js';
import { formatAddress, type Address } from './address.js';
import { createAdmin } from './admin.js';
import { Gate } from './gate.js';
import { listen } from './listen.js';
import { Passes } from './pass.js';
import { Route } from './route.js';

export interface HttpBufferOptions {
  /** Ports to listen on, each with the service behind it. They are held together. */
  readonly routes: readonly HttpRoute[];
  /** Where the admin API listens; no wildcard address. */
  readonly admin: Address;
  /** The admin API's bearer token, 8 characters or more. */
  readonly token: string;
  /** PEM certificate and key, for all routes. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** PEM authorities for services behind `https:`. */
  readonly upstreamCa?: Buffer;
  /** Requests that may wait at once; default 10,000. */
  readonly maxHeld?: number;
  /** The longest that any request waits, and any hold lasts, ms; default 60,000. */
  readonly maxWaitMs?: number;
  /** Passes for calls on behalf of a request inside: with an own secret, or one shared with other buffers. Default: none. */
  readonly passes?: 'own' | { readonly secret: string };
}

export interface HttpRoute {
  readonly listen: Address;
  /** `http:` or `https:`, without a path. */
  readonly upstream: URL;
}

/** A buffer that listens. */
export interface HttpBuffer {
  readonly routes: readonly { readonly listen: string; readonly upstream: string }[];
  /** `HOST:PORT` of the admin API. */
  readonly admin: string;
  /** Accepts nothing more, lets everything that waits go, in order, and resolves when all is answered, or broken off after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

const defaultLimits = { maxHeld: 10_000, maxWaitMs: 60_000 } as const;

const wildcards: readonly string[] = ['0.0.0.0', '::', '*'];
const leastSecret = 8;

/** Listens on everything, or on nothing. Rejects with `usage-error`. */
export async function startHttpBuffer(options: HttpBufferOptions): Promise<HttpBuffer> {
  check(options);
  const limits = {
    maxHeld: options.maxHeld ?? defaultLimits.maxHeld,
    maxWaitMs: options.maxWaitMs ?? defaultLimits.maxWaitMs,
  };
  const gate = new Gate(limits, (window) => Promise.all(routes.map(({ upstream }) => upstream.openAhead(window))));
  const passes = passesOf(options.passes);
  const common = { tls: options.tls ?? null, upstreamCa: options.upstreamCa ?? null, maxWaitMs: limits.maxWaitMs };
  const routes: readonly Route[] = options.routes.map((route) => new Route({ ...route, ...common }, gate, passes));
  const addresses: { listen: string; upstream: string }[] = [];
  const admin = createAdmin({ gate, token: options.token, limits, routes: () => addresses });
  const abort = async (): Promise<void> => {
    admin.close();
    admin.closeAllConnections();
    await Promise.all(routes.map((route) => route.abort()));
  };
  try {
    const adminPort = await listen(admin, options.admin);
    for (const [i, { listen: address, upstream }] of options.routes.entries()) {
      addresses.push({
        listen: formatAddress({ ...address, port: await routes[i]!.listen() }),
        upstream: upstream.origin,
      });
    }
    return {
      routes: addresses,
      admin: formatAddress({ ...options.admin, port: adminPort }),
      close: async (graceMs) => {
        if (gate.state === 'holding') gate.release(8, 'shutdown');
        const timer = setTimeout(() => void abort(), graceMs);
        await Promise.all(routes.map((route) => route.close()));
        clearTimeout(timer);
        await abort();
      },
    };
  } catch (error) {
    await Promise.all(routes.map((route) => route.close()));
    await abort();
    throw error;
  }
}

function passesOf(passes: HttpBufferOptions['passes']): Passes | null {
  if (passes === undefined) return null;
  return new Passes(passes === 'own' ? randomBytes(32) : Buffer.from(passes.secret));
}

function check({ routes, admin, token, passes }: HttpBufferOptions): void {
  if (routes.length === 0)
    throw usage('no port to listen on was given', 'Give --listen HOST:PORT with --upstream http://HOST:PORT.');
  for (const { upstream } of routes) {
    const isOrigin =
      upstream.pathname === '/' && upstream.search === '' && upstream.hash === '' && upstream.username === '';
    if (!['http:', 'https:'].includes(upstream.protocol) || !isOrigin)
      throw usage(
        `"${upstream.href}" is no service to forward to`,
        'Give http://HOST:PORT or https://HOST:PORT, without a path or a user.',
      );
  }
  if (wildcards.includes(admin.host))
    throw usage(
      `the admin API would listen on every address (${admin.host})`,
      'Give it 127.0.0.1, or the one address of this machine that the engine uses.',
    );
  if (token.length < leastSecret)
    throw usage(
      token === '' ? 'the admin API has no token' : 'the token of the admin API is too short',
      `Set TIDEOVER_BUFFER_TOKEN to a secret of ${leastSecret} characters or more.`,
    );
  if (typeof passes === 'object' && passes.secret.length < leastSecret)
    throw usage(
      'the secret of the passes is too short',
      `Set TIDEOVER_BUFFER_PASS_SECRET to ${leastSecret} characters or more.`,
    );
}

function usage(message: string, hint: string): TideoverError {
  return new TideoverError('usage-error', message, { hint });
}
