import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const program = fileURLToPath(new URL('./holding-child.ts', import.meta.url));

/** Starts an engine that holds the buffer, and resolves when it does. It is there to be killed, with the test at the latest. */
export async function startHoldingEngine(
  spec: string,
  secrets: Readonly<Record<string, string>>,
  leaseMs = 1_500,
): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, spec, String(leaseMs)], {
    env: { ...process.env, ...secrets },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => {
      throw new Error(`the engine ended instead of holding:\n${errors}`);
    }),
  ]);
  return child;
}

/** `kill -9`; resolves when it is gone. */
export async function kill9(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
