import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import type { CutoverPoint } from '../../src/cutover/contract.js';
import type { TestServer } from './server.js';

/** An engine in a process of its own, in the middle of a cutover: it has reached the point and goes no further. `what` is a number of counter tables, or `web`. */
export async function engineAt(
  server: TestServer,
  what: string,
  point: CutoverPoint,
  deadlineMs: number,
): Promise<ChildProcess> {
  const args = [String(server.port), what, point, String(deadlineMs)];
  const engine = fork(new URL('cutover-child.ts', import.meta.url), args, {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  onTestFinished(() => void engine.kill('SIGKILL'));
  await Promise.race([
    once(engine.stdout!, 'data'),
    once(engine, 'exit').then(() => {
      throw new Error(`the engine ended before ${point}`);
    }),
  ]);
  return engine;
}
