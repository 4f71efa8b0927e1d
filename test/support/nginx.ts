import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { exists } from './cache.js';
import { debianEnvironment, debianPackages, programOnPath } from './debian-packages.js';

/** A real nginx with lua of its own. */
export interface Nginx {
  /** The master's process. */
  readonly pid: number;
  errorLog(): Promise<string>;
  stop(): Promise<void>;
}

const lua = fileURLToPath(new URL('../../src/buffer/openresty', import.meta.url));

/** Starts nginx with `http` as the content of its http block, `port` being one on which it will listen. */
export async function startNginx(
  http: string,
  port: number,
  options: { readonly workers?: number } = {},
): Promise<Nginx> {
  const { program, env, modules, luaPath } = await findNginx();
  const folder = await mkdtemp(join(tmpdir(), 'tideover-nginx-'));
  const log = join(folder, 'error.log');
  // Workers of a master that is root are somebody else, and must read the Lua files of a checkout that may be private.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/tmp-${name};`,
  );
  const file = join(folder, 'nginx.conf');
  await writeFile(
    file,
    `${modules.map((path) => `load_module ${path};`).join('\n')}
${user}
daemon off;
worker_processes ${options.workers ?? 2};
error_log ${log} warn;
pid ${folder}/nginx.pid;
events { worker_connections 8192; }
http {
  access_log off;
  ${temporary.join('\n  ')}
  lua_package_path "${lua}/?.lua;${luaPath}";
  ${http}
}
`,
  );
  const child = spawn(program, ['-p', folder, '-c', file, '-e', log], { env, stdio: ['ignore', 'ignore', 'ignore'] });
  const ended = once(child, 'exit');
  const errorLog = async (): Promise<string> => ((await exists(log)) ? readFile(log, 'utf8') : '');
  for (const end = Date.now() + 10_000; !(await listens(port));) {
    if (child.exitCode !== null || Date.now() > end) throw new Error(`nginx did not start:\n${await errorLog()}`);
    await delay(20);
  }
  return {
    pid: child.pid ?? 0,
    errorLog,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

interface NginxProgram {
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  /** What it has to load before it knows lua. */
  readonly modules: readonly string[];
  readonly luaPath: string;
}

const moduleNames = ['ndk_http_module.so', 'ngx_http_lua_module.so'];

/** OpenResty or an nginx on the PATH that has its lua module; else Debian's. */
async function findNginx(): Promise<NginxProgram> {
  const openresty = await programOnPath('openresty');
  if (openresty !== undefined) return { program: openresty, env: process.env, modules: [], luaPath: ';' };
  const installed = await programOnPath('nginx');
  const places = moduleNames.map((name) => join('/usr/lib/nginx/modules', name));
  if (installed !== undefined && (await Promise.all(places.map(exists))).every(Boolean))
    return { program: installed, env: process.env, modules: places, luaPath: '/usr/share/lua/5.1/?.lua;;' };
  const root = await debianPackages('nginx', ['nginx', 'libnginx-mod-http-lua']);
  return {
    program: join(root, 'usr/sbin/nginx'),
    env: debianEnvironment(root),
    modules: moduleNames.map((name) => join(root, 'usr/lib/nginx/modules', name)),
    luaPath: `${root}/usr/share/lua/5.1/?.lua;;`,
  };
}
