/**
 * `npm run bench:buffer [-- --requests N --held N]`: what the embedded buffer costs while it is open, beside httpxy and http-proxy in the
 * same run, and how it holds and releases. Service and proxies are processes of their own; the clients are this one.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { announce, mean, percentile, tableOf, type Cell } from './output.js';

const token = 'benchmark-token';
const rounds = 3;
const body = JSON.stringify({ network: { name: 'n', description: 'd'.repeat(900) } });

const { values } = parseArgs({
  options: { requests: { type: 'string' }, held: { type: 'string' }, concurrency: { type: 'string' } },
});
const requests = Number(values.requests ?? 10_000);
const heldRequests = Number(values.held ?? 5_000);
const concurrency = Number(values.concurrency ?? 16);

/** A process of `buffer-child.ts`. */
class Part {
  port = 0;
  admin = '';
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(kind: string, upstream = '') {
    const file = fileURLToPath(new URL('buffer-child.ts', import.meta.url));
    this.#child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', file, kind, upstream], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, TIDEOVER_BUFFER_TOKEN: token, NODE_NO_WARNINGS: '1' },
    });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  async ready(): Promise<this> {
    Object.assign(this, await this.#answer());
    return this;
  }

  async ask(question: 'cpu' | 'order' | 'collect'): Promise<{ cpuUs: number; order: number[]; rss: number }> {
    this.#child.stdin!.write(`${question}\n`);
    return (await this.#answer()) as { cpuUs: number; order: number[]; rss: number };
  }

  stop(): void {
    this.#child.stdin!.end();
  }

  async #answer(): Promise<object> {
    const line = await this.#lines.next();
    if (line.done === true) throw new Error('a process of the benchmark has ended');
    return JSON.parse(line.value) as object;
  }
}

interface Load {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** `count` requests on `concurrency` connections that are kept alive. */
async function load(port: number, count: number, method: 'GET' | 'POST'): Promise<Load> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: concurrency, pipelining: 1 });
  const times: number[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      const begin = performance.now();
      const response = await pool.request({
        path: '/v2.0/networks?limit=10',
        method,
        headers: { 'x-auth-token': 'gAAAAABexampletoken', accept: 'application/json', 'user-agent': 'bench' },
        body: method === 'POST' ? body : null,
      });
      await response.body.dump();
      if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
      times.push(performance.now() - begin);
    }
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const seconds = (performance.now() - begin) / 1_000;
  await pool.close();
  return { perSecond: count / seconds, p50Ms: percentile(times, 0.5)!, p99Ms: percentile(times, 0.99)! };
}

async function openFigures(service: Part, method: 'GET' | 'POST'): Promise<void> {
  const direct: Part = service;
  const kinds = ['direct', 'tideover', 'httpxy', 'http-proxy'];
  const parts = new Map<string, Part>([['direct', direct]]);
  for (const kind of kinds.slice(1)) parts.set(kind, await new Part(kind, `http://127.0.0.1:${service.port}`).ready());
  const samples = new Map<string, { proxyUs: number; serviceUs: number; load: Load }[]>(
    kinds.map((kind) => [kind, []]),
  );
  for (let round = -1; round < rounds; round += 1) {
    for (const kind of kinds) {
      const part = parts.get(kind)!;
      announce(`${method}, ${round < 0 ? 'warming up' : `round ${round + 1}`}: ${kind}`);
      const cpu = async (): Promise<[number, number]> => [
        (await part.ask('cpu')).cpuUs,
        (await service.ask('cpu')).cpuUs,
      ];
      const before = await cpu();
      const figures = await load(part.port, requests, method);
      const after = await cpu();
      if (round < 0) continue;
      const proxyUs = kind === 'direct' ? 0 : (after[0] - before[0]) / requests;
      samples.get(kind)!.push({ proxyUs, serviceUs: (after[1] - before[1]) / requests, load: figures });
    }
  }
  for (const kind of kinds.slice(1)) parts.get(kind)!.stop();
  const average = (kind: string, of: (sample: { proxyUs: number; serviceUs: number; load: Load }) => number): number =>
    mean(samples.get(kind)!.map(of))!;
  const directUs = average('direct', ({ serviceUs }) => serviceUs);
  const rows = kinds.map((kind): Cell[] => [
    kind,
    average(kind, ({ proxyUs, serviceUs }) => proxyUs + serviceUs) - directUs,
    average(kind, (sample) => sample.load.perSecond),
    average(kind, (sample) => sample.load.p50Ms),
    average(kind, (sample) => sample.load.p99Ms),
  ]);
  const headings = ['', 'CPU µs/request more than direct', 'requests/s', 'p50 ms', 'p99 ms'];
  const title = `open: ${requests} ${method === 'GET' ? 'GET requests' : 'POST requests of 1 KB'}, ${concurrency} connections, mean of ${rounds} rounds in turn`;
  console.log(
    tableOf({
      scenario: 'H1',
      title,
      headings,
      rows,
      notes: ['CPU of proxy and service together, less the service’s when asked directly'],
    }),
  );
}

/** Sends one request on a connection of its own; resolves when it is written. The answer is noted in `answered`. */
function open(port: number, number: number, answered: (status: string) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('error', reject).once('connect', () => {
      const head = number % 2 === 0 ? 'GET' : 'POST';
      const rest = number % 2 === 0 ? '\r\n' : `Content-Length: ${body.length}\r\n\r\n${body}`;
      socket.write(
        `${head} /v2.0/ports HTTP/1.1\r\nHost: bench\r\nX-Auth-Token: gAAAAABexampletoken\r\nX-Number: ${number}\r\n${rest}`,
        () => resolve(socket),
      );
    });
    socket.once('data', (data) => answered(data.toString('latin1', 9, 12)));
  });
}

interface AdminAnswer {
  readonly held: number;
  readonly report: { readonly displacement: number; readonly durationMs: number };
}

async function admin(part: Part, method: string, path: string, fields?: object): Promise<AdminAnswer> {
  const response = await fetch(`http://${part.admin}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(fields === undefined ? {} : { body: JSON.stringify(fields) }),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as AdminAnswer;
}

/** The most places by which a request began before one with a smaller number. */
function displacementOf(order: readonly number[]): number {
  const sorted = [...order].sort((a, b) => a - b);
  const rank = new Map(sorted.map((number, at) => [number, at]));
  return Math.max(0, ...order.map((number, at) => rank.get(number)! - at));
}

async function holdFigures(service: Part, window: number): Promise<Cell[]> {
  announce(`holding ${heldRequests}, window ${window}`);
  const buffer = await new Part('tideover', `http://127.0.0.1:${service.port}`).ready();
  await load(buffer.port, 2_000, 'POST');
  await service.ask('order');
  const before = (await buffer.ask('collect')).rss;
  await admin(buffer, 'POST', '/hold', {});
  const statuses: string[] = [];
  const sockets: Socket[] = [];
  for (let number = 0; number < heldRequests; number += 1)
    sockets.push(await open(buffer.port, number, (status) => statuses.push(status)));
  while ((await admin(buffer, 'GET', '/status')).held < heldRequests)
    await new Promise((resolve) => setTimeout(resolve, 20));
  const memory = ((await buffer.ask('collect')).rss - before) / heldRequests / 1_024;
  const begin = performance.now();
  const { report } = await admin(buffer, 'POST', '/release', { window });
  while (statuses.length < heldRequests) await new Promise((resolve) => setTimeout(resolve, 1));
  const seconds = (performance.now() - begin) / 1_000;
  const { order } = await service.ask('order');
  for (const socket of sockets) socket.destroy();
  buffer.stop();
  return [
    window,
    statuses.filter((status) => status === '200').length,
    order.length - new Set(order).size,
    seconds,
    report.displacement,
    displacementOf(order),
    memory,
  ];
}

const service = await new Part('service').ready();
try {
  for (const method of ['GET', 'POST'] as const) await openFigures(service, method);
  const rows: Cell[][] = [];
  for (const window of [1, 8, 32]) rows.push(await holdFigures(service, window));
  const headings = [
    'window',
    'answered 200',
    'twice',
    'release s',
    'displacement let go',
    'displacement at the service',
    'KB each',
  ];
  const title = `hold: ${heldRequests} requests, half GET, half POST of 1 KB, each on a connection of its own`;
  console.log(
    tableOf({ scenario: 'H2', title, headings, rows, notes: ['release: from the order to the last answer'] }),
  );
} finally {
  service.stop();
}
