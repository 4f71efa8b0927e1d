import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { chmod, mkdtemp, open, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lastLines } from './command.js';
import { debianEnvironment, debianPackages, programOnPath } from './debian-packages.js';
import { freePort } from './free-port.js';

/** Erlang on a busy machine of two cores. */
const startLimitMs = 60_000;
const adminPassword = 'secret';

const running = new Set<ChildProcess>();
const folders = new Set<string>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** A RabbitMQ broker of its own with the management plugin, on free ports of the loopback interface; the administrator is `admin`. */
export interface Rabbitmq {
  readonly port: number;
  readonly managementUrl: string;
  readonly user: string;
  readonly password: string;
  /** For amqplib. */
  readonly url: string;
  /** Calls the management API; the path begins with a slash. */
  api(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Ends the broker as an operator does, and starts it again with what is on its disk. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRabbitmq(): Promise<Rabbitmq> {
  const folder = await mkdtemp(join(tmpdir(), 'tideover-rabbitmq-'));
  folders.add(folder);
  const [port, managementPort, epmdPort, distPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const programs = await findPrograms(folder);
  await writeFile(
    join(folder, 'rabbitmq.conf'),
    [
      `listeners.tcp.local = 127.0.0.1:${port}`,
      'management.tcp.ip = 127.0.0.1',
      `management.tcp.port = ${managementPort}`,
      'default_user = admin',
      `default_pass = ${adminPassword}`,
    ].join('\n'),
  );
  await writeFile(join(folder, 'plugins'), '[rabbitmq_management].');
  const env = {
    ...programs.env,
    HOME: folder,
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `tideover-${port}@localhost`,
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'no-environment-file'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    // The script becomes the server then, instead of staying as its parent: our signals reach it.
    RUNNING_UNDER_SYSTEMD: 'true',
  };
  const logFile = join(folder, 'broker.log');
  const start = async (program: string, args: readonly string[]): Promise<ChildProcess> => {
    const log = await open(logFile, 'a');
    const child = spawn(program, args, { env, cwd: folder, stdio: ['ignore', log.fd, log.fd] });
    await log.close();
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  };
  // Erlang starts its name service when there is none, and leaves it behind: this one is ours and ends with us.
  const epmd = await start(programs.epmd, ['-port', String(epmdPort), '-address', '127.0.0.1']);
  let broker = await start('sh', [programs.server]);
  const managementUrl = `http://127.0.0.1:${managementPort}`;
  const api = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${managementUrl}/api${path}`, {
      method,
      headers: { authorization: `Basic ${Buffer.from(`admin:${adminPassword}`).toString('base64')}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
  const ready = async (): Promise<void> => {
    const end = Date.now() + startLimitMs;
    for (;;) {
      // The management answers before the broker listens.
      const up = await api('GET', '/vhosts/%2F').then(
        () => true,
        () => false,
      );
      if (up && (await listens(port))) return;
      if (broker.exitCode !== null || Date.now() > end) {
        throw new Error(`RabbitMQ does not start:\n${lastLines(await readFile(logFile, 'utf8'), 40)}`);
      }
      await delay(100);
    }
  };
  const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  };
  await ready();
  return {
    port,
    managementUrl,
    user: 'admin',
    password: adminPassword,
    url: `amqp://admin:${adminPassword}@127.0.0.1:${port}/%2F?heartbeat=10`,
    api,
    async restart() {
      await end(broker, 'SIGTERM');
      broker = await start('sh', [programs.server]);
      await ready();
    },
    async stop() {
      await end(broker, 'SIGKILL');
      await end(epmd, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      folders.delete(folder);
    },
  };
}

interface Programs {
  /** The shell script that starts the server: Debian's wrapper on the PATH would want another user. */
  readonly server: string;
  readonly epmd: string;
  readonly env: NodeJS.ProcessEnv;
}

async function findPrograms(folder: string): Promise<Programs> {
  const installed = '/usr/lib/rabbitmq/bin/rabbitmq-server';
  const [erl, epmd] = [await programOnPath('erl'), await programOnPath('epmd')];
  if (erl !== undefined && epmd !== undefined && (await isReadable(installed))) {
    return { server: installed, epmd, env: process.env };
  }
  const root = await debianPackages('rabbitmq', ['rabbitmq-server', 'erlang-base']);
  const env = debianEnvironment(root);
  // Debian's `erl` looks for its parts below /usr/lib/erlang only; the program behind it takes the place from its environment.
  const erlang = join(root, 'usr/lib/erlang');
  const runtime = readdirSync(erlang).find((name) => name.startsWith('erts-'));
  if (runtime === undefined) throw new Error(`there is no Erlang runtime in ${erlang}`);
  const programs = join(erlang, runtime, 'bin');
  const shim = join(folder, 'bin', 'erl');
  mkdirSync(dirname(shim));
  await writeFile(
    shim,
    `#!/bin/sh\nROOTDIR='${erlang}' BINDIR='${programs}' EMU=beam PROGNAME=erl exec '${programs}/erlexec' "$@"\n`,
  );
  await chmod(shim, 0o755);
  return {
    server: join(root, 'usr/lib/rabbitmq/bin/rabbitmq-server'),
    epmd: join(programs, 'epmd'),
    env: { ...env, PATH: `${dirname(shim)}:${env['PATH'] ?? ''}` },
  };
}

function isReadable(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
