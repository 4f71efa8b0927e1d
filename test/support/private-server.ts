import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { constants, cp, mkdir, mkdtemp, open, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lastLines } from './command.js';
import { freePort } from './free-port.js';
import type { MariadbBinaries } from './mariadb-binaries.js';
import type { Address, ServerHost } from './server-host.js';
import { templateDataDir, userArgs } from './template.js';

/** A server that has not obeyed SIGTERM after this long hangs. */
const shutdownLimitMs = 60_000;

const folderPrefix = 'tideover-server-';

/** Servers that must not outlive this process, and their folders. */
const running = new Map<ChildProcess, string>();
process.on('exit', () => {
  for (const [child, folder] of running) {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
});

/** A mariadbd of this machine with its own data directory, on a free port of the loopback interface. */
export class PrivateHost implements ServerHost {
  readonly origin: MariadbBinaries['origin'];
  readonly address: Address;
  readonly peerAddress: Address;
  readonly #binaries: MariadbBinaries;
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #exit: Promise<string> = Promise.resolve('it was never started');
  #ended: string | undefined = 'it was never started';

  private constructor(binaries: MariadbBinaries, folder: string, port: number) {
    this.#binaries = binaries;
    this.#folder = folder;
    this.origin = binaries.origin;
    this.address = { host: '127.0.0.1', port };
    this.peerAddress = this.address;
  }

  static async create(binaries: MariadbBinaries): Promise<PrivateHost> {
    const template = await templateDataDir(binaries);
    await removeOrphanedFolders();
    const folder = await mkdtemp(join(tmpdir(), `${folderPrefix}${process.pid}-`));
    await cp(template, join(folder, 'data'), { recursive: true, mode: constants.COPYFILE_FICLONE });
    await mkdir(join(folder, 'tmp'));
    return new PrivateHost(binaries, folder, await freePort());
  }

  async launch(args: readonly string[]): Promise<void> {
    const own = [
      `--datadir=${join(this.#folder, 'data')}`,
      `--socket=${join(this.#folder, 'socket')}`,
      // A starting server deletes all `#sql…` files of its tmpdir; in a shared one, also those of running servers, which may crash of it.
      `--tmpdir=${join(this.#folder, 'tmp')}`,
      `--pid-file=${join(this.#folder, 'pid')}`,
      `--bind-address=${this.address.host}`,
      `--port=${this.address.port}`,
    ];
    const { mariadbd, env } = this.#binaries;
    const command = [mariadbd, '--no-defaults', ...userArgs, ...this.#binaries.args, ...own, ...args];
    // The kernel kills the server when this process dies, however it dies; the exit handler is for systems without setpriv.
    const [program, ...rest] = [...(setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL', '--']), ...command];
    const log = await open(this.#logFile, 'a');
    try {
      const child = spawn(program!, rest, { env, cwd: this.#folder, stdio: ['ignore', log.fd, log.fd] });
      this.#watch(child);
    } finally {
      await log.close();
    }
  }

  #watch(child: ChildProcess): void {
    this.#child = child;
    this.#ended = undefined;
    running.set(child, this.#folder);
    this.#exit = new Promise((resolve) => {
      const end = (reason: string) => {
        running.delete(child);
        this.#ended = reason;
        resolve(reason);
      };
      child.once('error', (error) => end(`it cannot be run: ${error.message}`));
      child.once('exit', (code, signal) =>
        end(signal === null ? `it ended with ${code ?? '?'}` : `it died of ${signal}`),
      );
    });
  }

  get #logFile(): string {
    return join(this.#folder, 'error.log');
  }

  ended(): Promise<string | undefined> {
    return Promise.resolve(this.#ended);
  }

  async shutDown(): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#child?.kill('SIGTERM');
    const hung = await Promise.race([this.#exit.then(() => false), delay(shutdownLimitMs, true, { ref: false })]);
    if (hung) await this.kill();
    if (hung) throw new Error(`mariadbd did not shut down within ${shutdownLimitMs} ms:\n${await this.logTail()}`);
  }

  async kill(): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#child?.kill('SIGKILL');
    await this.#exit;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async logTail(): Promise<string> {
    return lastLines(await readFile(this.#logFile, 'utf8').catch(() => '(no error log)'), 40);
  }
}

const setpriv = (process.env['PATH'] ?? '')
  .split(delimiter)
  .concat('/usr/bin', '/bin')
  .map((folder) => join(folder, 'setpriv'))
  .find((path) => existsSync(path));

/** Removes the data of servers whose owner was killed before it could. */
async function removeOrphanedFolders(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(folderPrefix)) continue;
    const owner = Number(name.slice(folderPrefix.length).split('-')[0]);
    if (!isAlive(owner)) await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
