import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { messageOf, TideoverError } from '../../errors.js';
import { parseAddress, startHttpBuffer, type HttpBufferOptions, type HttpRoute } from '../../index.js';
import { printEvent, type Output } from '../output.js';

/** What is under way may take this long after the first signal. */
const graceMs = 30_000;

interface BufferFlags {
  readonly listen?: readonly string[];
  readonly upstream?: readonly string[];
  readonly admin?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly upstreamCa?: string;
  readonly maxHeld?: number;
  readonly maxWait?: number;
  readonly passes?: boolean;
}

/** Runs the embedded HTTP buffer until SIGTERM or SIGINT; then what it has in hand is finished, and the exit code is 0. */
export async function bufferCommand(command: Command, output: Output): Promise<number> {
  const buffer = await startHttpBuffer(await optionsOf(command.opts<BufferFlags>()));
  const stopped = nextStopSignal();
  const { routes, admin } = buffer;
  if (output.json) printEvent(output, 'buffer:listening', { routes, admin });
  else output.stdout(`${routes.map((route) => `${route.listen} → ${route.upstream}`).join(', ')}; admin on ${admin}\n`);
  const signal = await stopped;
  if (output.json) printEvent(output, 'buffer:stopping', { signal });
  await buffer.close(graceMs);
  return 0;
}

/** The second signal ends the process at once, as signals do that nobody listens for. */
function nextStopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
}

async function optionsOf(flags: BufferFlags): Promise<HttpBufferOptions> {
  const { cert, key, upstreamCa, maxHeld, maxWait } = flags;
  if ((cert === undefined) !== (key === undefined))
    throw usage('--cert and --key belong together', 'Give both, or neither.');
  if (flags.admin === undefined) throw usage('no address was given for the admin API', 'Give --admin 127.0.0.1:PORT.');
  const secret = process.env['TIDEOVER_BUFFER_PASS_SECRET'] ?? '';
  return {
    routes: routesOf(flags),
    admin: parseAddress(flags.admin, '--admin'),
    token: process.env['TIDEOVER_BUFFER_TOKEN'] ?? '',
    ...(cert === undefined || key === undefined ? {} : { tls: { cert: await read(cert), key: await read(key) } }),
    ...(upstreamCa === undefined ? {} : { upstreamCa: await read(upstreamCa) }),
    ...(maxHeld === undefined ? {} : { maxHeld }),
    ...(maxWait === undefined ? {} : { maxWaitMs: maxWait * 1_000 }),
    ...(flags.passes === true ? { passes: secret === '' ? ('own' as const) : { secret } } : {}),
  };
}

/** The n-th --listen belongs to the n-th --upstream. */
function routesOf({ listen = [], upstream = [] }: BufferFlags): HttpRoute[] {
  if (listen.length !== upstream.length)
    throw usage(
      `there are ${listen.length} --listen and ${upstream.length} --upstream`,
      'Each --listen needs its --upstream, in the same order.',
    );
  return listen.map((text, i) => {
    const url = upstream[i]!;
    if (!URL.canParse(url)) throw usage(`--upstream "${url}" is no URL`, 'Give http://HOST:PORT or https://HOST:PORT.');
    return { listen: parseAddress(text, '--listen'), upstream: new URL(url) };
  });
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new TideoverError('usage-error', `the file cannot be read: ${messageOf(error)}`, {
      cause: error,
      hint: 'Give a path that this user may read.',
    });
  }
}

function usage(message: string, hint: string): TideoverError {
  return new TideoverError('usage-error', message, { hint });
}
