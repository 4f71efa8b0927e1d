/**
 * The process that keeps a hold (see `watchdog.ts`). Its input is the engine's life: when it ends, the hold is released.
 */
import { createInterface } from 'node:readline';
import { messageOf, TideoverError } from '../errors.js';
import type { BufferLayer, Hold } from './contract.js';
import type { ChildAnswer, ChildCommand, ChildTask } from './watchdog.js';

/** Requests at the service at once when nobody is left to say how many; received order is kept up to here. */
const ownWindow = 8;

// The engine may be gone while an answer is written; its end of input is what counts.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

/** A release that the engine began goes on when it dies. */
let released: Promise<unknown> | undefined;
const drains = new Map<number, AbortController>();

function answer(line: ChildAnswer): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function answerWith(id: number, work: Promise<unknown>): Promise<void> {
  try {
    answer({ id, value: await work });
  } catch (error) {
    const { code, hint, facts } =
      error instanceof TideoverError ? error : { code: 'buffer-failed', hint: undefined, facts: {} };
    answer({ id, error: { code, message: messageOf(error), ...(hint === undefined ? {} : { hint }), facts } });
  }
}

async function open({ module, factory, spec, environment }: ChildTask): Promise<BufferLayer> {
  const adapter = (await import(module)) as Record<
    string,
    (spec: string, environment: ChildTask['environment']) => BufferLayer
  >;
  return adapter[factory]!(spec, environment);
}

function obey(hold: Hold, command: ChildCommand): void {
  switch (command.verb) {
    case 'drain': {
      const giveUp = new AbortController();
      drains.set(command.id, giveUp);
      const drained = hold.drain(command.timeoutMs, giveUp.signal).finally(() => drains.delete(command.id));
      return void answerWith(command.id, drained);
    }
    case 'renew':
      return void answerWith(command.id, hold.renew(command.leaseMs));
    case 'status':
      return void answerWith(command.id, hold.status());
    case 'release':
      released = hold.release({ window: command.window });
      return void answerWith(command.id, released);
    case 'cancel':
      drains.get(command.id)?.abort();
  }
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const first = await lines.next();
if (first.done !== true) {
  const task = JSON.parse(first.value) as ChildTask;
  let layer: BufferLayer | undefined;
  let hold: Hold | undefined;
  const holding = (async () => {
    layer = await open(task);
    hold = await layer.hold(task.request);
  })();
  await answerWith(0, holding);
  if (hold !== undefined) {
    for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
      obey(hold, JSON.parse(line.value) as ChildCommand);
    }
    for (const drain of drains.values()) drain.abort();
    // Released or ended already: then this is refused, and nothing is left to do.
    released ??= hold.release({ window: ownWindow });
    await released.catch(() => undefined);
  }
  await layer?.close();
}
process.exit();
