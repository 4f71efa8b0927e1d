import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TideoverError } from '../../errors.js';
import type { HoldReport, HoldStatus } from '../contract.js';
import type { KeeperAnswer, KeeperCall } from './keeper-messages.js';

type Verb<V extends KeeperCall['verb']> = Omit<Extract<KeeperCall, { verb: V }>, 'call'>;
type Pending = { resolve: (value: unknown) => void; reject: (error: TideoverError) => void };

/** The engine's end of the channel to a keeper of its own. */
export class KeeperChannel {
  private readonly child: ChildProcess;
  private readonly pending = new Map<number, Pending>();
  private calls = 0;
  isGone = false;

  constructor() {
    const file = fileURLToPath(import.meta.url);
    const extension = extname(file);
    this.child = fork(file.replace(/keeper-channel\.[jt]s$/, `keeper${extension}`), [], {
      // A process group of its own: what ends the engine must not end the one who opens after it.
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // Run from its source (tests), it needs the loader of the sources.
      execArgv: extension === '.ts' ? ['--import', 'tsx'] : [],
    });
    this.child.on('message', (message) => this.settle(message as KeeperAnswer));
    this.child.once('error', () => this.gone());
    this.child.once('exit', () => this.gone());
    this.child.unref();
    this.child.channel?.unref();
  }

  call(message: Verb<'hold'> | Verb<'renew'> | Verb<'leave'>): Promise<null>;
  call(message: Verb<'status'>): Promise<HoldStatus>;
  call(message: Verb<'release'>): Promise<HoldReport>;
  call(message: Omit<KeeperCall, 'call'>): Promise<unknown> {
    if (this.isGone) return Promise.reject(goneError());
    this.calls += 1;
    const call = this.calls;
    return new Promise((resolve, reject) => {
      this.pending.set(call, { resolve, reject });
      // Only an answer that is awaited keeps the engine running.
      this.child.channel?.ref();
      this.child.send({ ...message, call }, () => undefined);
    });
  }

  /** Lets the keeper end: a hold that was not left on purpose is opened. */
  close(): void {
    this.isGone = true;
    if (this.child.connected) this.child.disconnect();
  }

  private settle(message: KeeperAnswer): void {
    const pending = this.pending.get(message.call);
    this.pending.delete(message.call);
    if (this.pending.size === 0) this.child.channel?.unref();
    if (message.ok) pending?.resolve(message.value);
    else {
      const options = message.hint === undefined ? {} : { hint: message.hint };
      pending?.reject(new TideoverError('buffer-failed', message.message, options));
    }
  }

  private gone(): void {
    this.isGone = true;
    for (const { reject } of this.pending.values()) reject(goneError());
    this.pending.clear();
  }
}

function goneError(): TideoverError {
  return new TideoverError('buffer-failed', 'the process that keeps the hold at HAProxy has ended', {
    hint: 'see "show servers state" at the runtime socket: a server in maintenance takes no requests until "set server BACKEND/SERVER state ready"',
  });
}
