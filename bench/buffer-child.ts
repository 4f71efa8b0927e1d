/**
 * A process of the buffer's benchmark: `service`, or one of the proxies before `--upstream`. Prints its ports as JSON when it listens;
 * on a line `collect` on stdin it collects garbage and prints its memory, on `cpu` what it has used.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import httpProxy from 'http-proxy';
import { createProxyServer } from 'httpxy';
import { Agent } from 'node:http';
import type * as Tideover from '../src/index.js';

const [kind, upstream = ''] = process.argv.slice(2);
const order: number[] = [];

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, resolve));
  return (server.address() as AddressInfo).port;
}

const answer = JSON.stringify({ id: 1, name: 'network', status: 'ACTIVE', padding: 'x'.repeat(400) });

const service: RequestListener = (request, response) => {
  const number = request.headers['x-number'];
  if (number !== undefined) order.push(Number(number));
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
    response.end(answer);
  });
};

async function start(): Promise<{ port: number; admin: string }> {
  const agent = new Agent({ keepAlive: true });
  switch (kind) {
    case 'service':
      return { port: await listening(createServer({ keepAliveTimeout: 75_000 }, service)), admin: '' };
    case 'tideover': {
      // As users run it: built.
      const built = new URL('../dist/src/index.js', import.meta.url).href;
      const { parseAddress, startHttpBuffer } = (await import(built)) as typeof Tideover;
      const address = parseAddress('127.0.0.1:0', 'address');
      const routes = [{ listen: address, upstream: new URL(upstream) }];
      const buffer = await startHttpBuffer({
        routes,
        admin: address,
        token: process.env['TIDEOVER_BUFFER_TOKEN'] ?? '',
      });
      return { port: Number(buffer.routes[0]!.listen.split(':')[1]), admin: buffer.admin };
    }
    case 'httpxy': {
      const proxy = createProxyServer({ target: upstream, agent, xfwd: true });
      return {
        port: await listening(createServer((request, response) => void proxy.web(request, response))),
        admin: '',
      };
    }
    case 'http-proxy': {
      const proxy = httpProxy.createProxyServer({ target: upstream, agent, xfwd: true });
      return { port: await listening(createServer((request, response) => proxy.web(request, response))), admin: '' };
    }
    default:
      throw new Error(`no such part: ${String(kind)}`);
  }
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { user, system } = process.cpuUsage();
    if (line === 'cpu') console.log(JSON.stringify({ cpuUs: user + system }));
    if (line === 'order') console.log(JSON.stringify({ order: order.splice(0) }));
    if (line === 'collect') {
      globalThis.gc?.();
      console.log(JSON.stringify({ rss: process.memoryUsage().rss }));
    }
  })
  .on('close', () => process.exit());

console.log(JSON.stringify(await start()));
