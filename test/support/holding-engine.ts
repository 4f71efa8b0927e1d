import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts an engine that holds the buffer and resolves when it does. The gift is to kill it. */
export async function startHoldingEngine(spec: string, token: string): Promise<{ kill9(): Promise<void> }> {
  const program = fileURLToPath(new URL('./holding-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, spec], {
    env: { ...process.env, TIDEOVER_BUFFER_TOKEN: token },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const ended = once(child, 'exit');
  await Promise.race([
    once(child.stdout, 'data'),
    ended.then(() => {
      throw new Error(`the engine ended instead of holding:\n${errors}`);
    }),
  ]);
  return {
    kill9: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
