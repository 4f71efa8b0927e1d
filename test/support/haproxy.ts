import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exists } from './cache.js';
import { debianEnvironment, debianPackages, programOnPath } from './debian-packages.js';

/** A real HAProxy of its own. */
export interface Haproxy {
  /** Its runtime socket. */
  readonly socket: string;
  stop(): Promise<void>;
}

/** Starts HAProxy with `configuration` after a global section of ours; `threads` as `nbthread`, `level` of the runtime socket. */
export async function startHaproxy(
  configuration: string,
  options: { readonly threads?: number; readonly level?: 'admin' | 'user' } = {},
): Promise<Haproxy> {
  const { threads = 2, level = 'admin' } = options;
  const { program, env } = await findHaproxy();
  const folder = await mkdtemp(join(tmpdir(), 'tideover-haproxy-'));
  const socket = join(folder, 'admin.sock');
  const file = join(folder, 'haproxy.cfg');
  await writeFile(
    file,
    `global\n  nbthread ${threads}\n  stats socket ${socket} mode 600 level ${level}\n${configuration}\n`,
  );
  const child = spawn(program, ['-db', '-f', file], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (data: Buffer): void => {
    output = (output + data.toString()).slice(-4_000);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const ended = once(child, 'exit');
  for (const end = Date.now() + 10_000; !(await exists(socket));) {
    if (child.exitCode !== null || Date.now() > end) throw new Error(`HAProxy did not start:\n${output}`);
    await delay(20);
  }
  return { socket, stop: () => stop(child, ended, folder) };
}

async function stop(child: ChildProcess, ended: Promise<unknown>, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  await ended;
  await rm(folder, { recursive: true, force: true });
}

async function findHaproxy(): Promise<{ program: string; env: NodeJS.ProcessEnv }> {
  const onPath = await programOnPath('haproxy');
  if (onPath !== undefined) return { program: onPath, env: process.env };
  const root = await debianPackages('haproxy', ['haproxy']);
  return { program: join(root, 'usr/sbin/haproxy'), env: debianEnvironment(root) };
}
