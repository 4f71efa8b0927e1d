import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, TideoverError } from '../errors.js';
import { childEnvironment } from '../util/child-environment.js';
import { throwIfStopped } from './interruption.js';

/** Where a tool finds the schema that it is to change. */
export interface ToolAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly schema: string;
}

/** Lines of the command's last words that go into the error. */
const lastWords = 20;
/** How long a command that was told to end may take, before it is killed. */
const graceMs = 3_000;

/** The command is run more than once and has to do the same: Python's sets would make indexes in another order each time. */
const repeatable = { PYTHONHASHSEED: '0' };

/** The variables by which a command finds the shadow. */
function shadowEnvironment({ host, port, user, password, schema }: ToolAddress): Record<string, string> {
  const secret = password === undefined ? '' : `:${encodeURIComponent(password)}`;
  return {
    TIDEOVER_SHADOW_URL: `mysql://${encodeURIComponent(user)}${secret}@${host}:${port}/${encodeURIComponent(schema)}`,
    TIDEOVER_SHADOW_HOST: host,
    TIDEOVER_SHADOW_PORT: String(port),
    TIDEOVER_SHADOW_USER: user,
    TIDEOVER_SHADOW_PASSWORD: password ?? '',
    TIDEOVER_SHADOW_DATABASE: schema,
  };
}

/**
 * Runs `sh -c command` to its end; its output goes to stderr. On abort its whole process group is ended, and so is what it leaves behind in any
 * case. Throws `command-failed` unless it exits with 0, and `interrupted`.
 */
export async function runToolCommand(command: string, address: ToolAddress, signal: AbortSignal): Promise<void> {
  throwIfStopped(signal);
  const shell = spawn('sh', ['-c', command], {
    env: { ...repeatable, ...childEnvironment(), ...shadowEnvironment(address) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const words = new LastWords();
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.on('data', (data: Buffer) => {
      words.add(data);
      process.stderr.write(data);
    });
  }
  const exited = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    shell.once('error', reject);
    shell.once('exit', (code, by) => resolve(code ?? by));
  });
  const closed = new Promise((resolve) => shell.once('close', resolve));
  let killing: NodeJS.Timeout | undefined;
  const stop = (): void => {
    endGroup(shell.pid, 'SIGTERM');
    killing = setTimeout(() => endGroup(shell.pid, 'SIGKILL'), graceMs);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const status = await exited;
    endGroup(shell.pid, 'SIGKILL');
    // What it said last is still under way, unless a process that left the group keeps the pipe.
    await Promise.race([closed, delay(graceMs, undefined, { ref: false })]);
    throwIfStopped(signal);
    if (status !== 0) throw failed(command, `ended with ${status ?? 'nothing'}`, words.lines());
  } catch (error) {
    if (error instanceof TideoverError || signal.aborted) throw error;
    throw failed(command, `cannot be run: ${messageOf(error)}`, []);
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(killing);
    // Nothing may go on changing the schema behind our back.
    endGroup(shell.pid, 'SIGKILL');
  }
}

/** Ends every process of the group; one that is gone already is fine. */
function endGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch {
    // ESRCH
  }
}

function failed(command: string, what: string, output: readonly string[]): TideoverError {
  const last = output.at(-1);
  const shown = command.length > 100 ? `${command.slice(0, 100)}…` : command;
  return new TideoverError(
    'command-failed',
    `the command "${shown}" ${what}${last === undefined ? '' : `; its last line was: ${last}`}`,
    {
      facts: { command, output },
      hint: 'Its output is above. It worked on a copy, which has been dropped.',
    },
  );
}

class LastWords {
  #text = '';

  add(data: Buffer): void {
    this.#text = (this.#text + data.toString('utf8')).slice(-16_384);
  }

  lines(): string[] {
    const lines = this.#text.split('\n').filter((line) => line.trim() !== '');
    return lines.slice(-lastWords);
  }
}
