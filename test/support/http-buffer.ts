import { spawnTideover, type Tideover } from './tideover.js';

export const bufferToken = 'test-token-of-the-buffer';

/** A real `tideover buffer` process. */
export interface RunningBuffer {
  readonly process: Tideover;
  /** `http://127.0.0.1:PORT` of each route, in order. */
  readonly urls: readonly string[];
  readonly ports: readonly number[];
  /** `http://127.0.0.1:PORT` of the admin API. */
  readonly admin: string;
  /** `POST /hold` etc. with the right token; the JSON answer. */
  ask(
    method: 'GET' | 'POST',
    path: string,
    fields?: object,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Ends it at once. */
  kill(): Promise<void>;
}

/** `upstreams`: URLs of the services, one route for each. */
export async function startHttpBufferProcess(
  upstreams: readonly string[],
  options: { readonly flags?: readonly string[]; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<RunningBuffer> {
  const routes = upstreams.flatMap((upstream) => ['--listen', '127.0.0.1:0', '--upstream', upstream]);
  const args = ['buffer', ...routes, '--admin', '127.0.0.1:0', '--json', ...(options.flags ?? [])];
  const started = spawnTideover(args, { TIDEOVER_BUFFER_TOKEN: bufferToken, ...options.environment });
  const listening = await started.event('buffer:listening');
  const scheme = options.flags?.includes('--cert') === true ? 'https' : 'http';
  const addresses = (listening['routes'] as { listen: string }[]).map(({ listen }) => listen);
  const admin = `http://${listening['admin'] as string}`;
  return {
    process: started,
    urls: addresses.map((address) => `${scheme}://${address}`),
    ports: addresses.map((address) => Number(address.split(':').at(-1))),
    admin,
    ask: async (method, path, fields) => {
      const response = await fetch(`${admin}${path}`, {
        method,
        headers: { authorization: `Bearer ${bufferToken}` },
        ...(fields === undefined ? {} : { body: JSON.stringify(fields) }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    kill: async () => {
      started.signal('SIGKILL');
      await started.ended;
    },
  };
}
