/**
 * An engine in a process of its own that cuts over the counter tables and stops for ever at one point, so that a test can end or freeze it there:
 * `cutover-child.ts PORT TABLES POINT DEADLINE_MS`. Prints the point when it is there.
 */
import { cutover } from '../../src/cutover/cutover.js';
import { Server } from '../../src/db/server.js';
import { copyingSteps, counterTables } from './cutover-tables.js';

const [port, count, stopAt, deadlineMs] = process.argv.slice(2);
const server = new Server({ host: '127.0.0.1', port: Number(port), user: 'root', database: '' });
const change = counterTables(Number(count));
const steps = copyingSteps(server, change, {
  reached(point) {
    if (point !== stopAt) return Promise.resolve();
    process.stdout.write(`${point}\n`);
    return new Promise(() => undefined);
  },
});
await cutover(server, change, steps, {
  lockTimeoutMs: 1_000,
  deadlineMs: Number(deadlineMs),
  attempts: 1,
  signal: new AbortController().signal,
});
