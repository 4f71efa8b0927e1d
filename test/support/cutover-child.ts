/**
 * An engine in a process of its own that cuts over the counter tables, or the web of all kinds, and stops for ever at one point, so that a test can end or
 * freeze it there: `cutover-child.ts PORT TABLES|web POINT DEADLINE_MS`. Prints the point when it is there.
 */
import type { CutoverSteps } from '../../src/cutover/contract.js';
import { cutover } from '../../src/cutover/cutover.js';
import { Server } from '../../src/db/server.js';
import { copyingSteps, counterTables } from './cutover-tables.js';
import { webOfAllKinds } from './web-of-all-kinds.js';
import { changeOfWeb, copyingWeb } from './web-tables.js';

const [port, count, stopAt, deadlineMs] = process.argv.slice(2);
const server = new Server({ host: '127.0.0.1', port: Number(port), user: 'root', database: '' });
const stopping: Partial<CutoverSteps> = {
  reached(point) {
    if (point !== stopAt) return Promise.resolve();
    process.stdout.write(`${point}\n`);
    return new Promise(() => undefined);
  },
};
const [change, steps] =
  count === 'web'
    ? [
        await server.withSession('reading the web', (session) => changeOfWeb(session, webOfAllKinds)),
        copyingWeb(server, webOfAllKinds, stopping),
      ]
    : [counterTables(Number(count)), copyingSteps(server, counterTables(Number(count)), stopping)];
await cutover(server, change, steps, {
  lockTimeoutMs: 1_000,
  deadlineMs: Number(deadlineMs),
  attempts: 1,
  signal: new AbortController().signal,
});
