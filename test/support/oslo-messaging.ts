import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { runCommand } from './command.js';
import { debianEnvironment, debianPackages } from './debian-packages.js';

/** A Python program with the real oslo.messaging. */
export interface OsloProgram {
  /** What it printed after "ready". */
  readonly lines: string[];
  say(line: string): void;
  /** Its standard error, for a failure's message. */
  complaint(): string;
  kill(): void;
}

/** Runs `test/support/oslo/<name>.py` and waits until it is ready. */
export async function startOslo(name: 'server' | 'client', args: readonly string[]): Promise<OsloProgram> {
  const { python, env } = await findPython();
  const script = fileURLToPath(new URL(`oslo/${name}.py`, import.meta.url));
  const child = spawn(python, ['-u', script, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined); // it was killed; what it printed decides
  const ended = once(child, 'close');
  const lines: string[] = [];
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const output = createInterface({ input: child.stdout });
  const [first] = (await Promise.race([once(output, 'line'), ended.then(() => [`ended:\n${said}`])])) as [string];
  if (first !== 'ready') throw new Error(`oslo.messaging's ${name} does not start: ${first}`);
  output.on('line', (line) => lines.push(line));
  return {
    lines,
    say: (line) => void child.stdin.write(`${line}\n`),
    complaint: () => said,
    kill: () => void child.kill('SIGKILL'),
  };
}

interface Python {
  readonly python: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Debian's modules fit Debian's interpreter only, so one of another origin that comes first on the PATH is no help. */
async function findPython(): Promise<Python> {
  const installed = '/usr/bin/python3';
  const plain = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const works = await runCommand(installed, ['-c', 'import oslo_messaging'], { env: plain }).then(
    () => true,
    () => false,
  );
  if (works) return { python: installed, env: plain };
  const root = await debianPackages('oslo-messaging', ['python3-oslo.messaging']);
  const env = { ...debianEnvironment(root), PYTHONDONTWRITEBYTECODE: '1' };
  const modules = { ...env, PYTHONPATH: join(root, 'usr/lib/python3/dist-packages') };
  if (existsSync(installed)) return { python: installed, env: modules };
  const own = readdirSync(join(root, 'usr/bin')).find((name) => /^python3\.\d+$/.test(name));
  if (own === undefined) throw new Error(`there is no python3 on this machine, and none in ${root}`);
  return { python: join(root, 'usr/bin', own), env: { ...modules, PYTHONHOME: join(root, 'usr') } };
}
