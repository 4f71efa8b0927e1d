/**
 * The process that holds a backend of HAProxy: HAProxy has no lease, so what was begun must be ended by somebody who outlives the engine.
 * It serves the plug, and ends the hold in order when it is told to, when the lease or the deadline ends, when the engine is gone
 * (its end of the channel closes with it), or when HAProxy was reloaded under it. It lives as long as one hold.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, TideoverError } from '../../errors.js';
import type { HoldReport, HoldStatus } from '../contract.js';
import { expiryWindow, HeldBackend } from './held-backend.js';
import type { KeeperAnswer, KeeperCall } from './keeper-messages.js';

/** How often it looks whether HAProxy still does what it was told. */
const lookMs = 200;
const retryMs = 500;
const giveUpMs = 15_000;

let held: HeldBackend | undefined;
let ending: Promise<HoldReport> | undefined;
let endedBy = 'it was released';
let watching: Promise<void> | undefined;
let leaseEnd = 0;
let deadlineEnd = 0;
let left = false;

async function answer(call: KeeperCall): Promise<HoldReport | HoldStatus | null> {
  switch (call.verb) {
    case 'hold': {
      const { request } = call;
      const spec = { ...call.spec, url: new URL(call.spec.url) };
      held = await HeldBackend.begin(spec, call.secret, request, () => void end('HAProxy gave the plug away'));
      leaseEnd = Date.now() + request.leaseMs;
      deadlineEnd = Date.now() + request.deadlineMs;
      watching = watch(held);
      return null;
    }
    case 'renew':
      inForce();
      leaseEnd = Date.now() + call.leaseMs;
      return null;
    case 'status':
      return held === undefined ? null : held.status();
    case 'release':
      ending = open(inForce(), call.window);
      return ending;
    case 'leave':
      left = true;
      return null;
  }
}

function inForce(): HeldBackend {
  if (held !== undefined && ending === undefined) return held;
  throw new TideoverError('buffer-failed', `the hold had ended by itself: ${endedBy}`, {
    hint: 'its requests are going to the service; try the cutover again',
  });
}

/** Ends the hold without being asked; the queue goes to the service, in order. Resolves when it has, however it was ended. */
async function end(reason: string): Promise<void> {
  if (held === undefined) return;
  if (ending === undefined) {
    endedBy = reason;
    ending = open(held, expiryWindow);
  }
  await ending.catch(() => undefined);
}

/** An opening that HAProxy does not take is tried again for a while: nobody else will. */
async function open(backend: HeldBackend, window: number): Promise<HoldReport> {
  const giveUp = Date.now() + giveUpMs;
  for (;;) {
    try {
      return await backend.release(window);
    } catch (error) {
      if (Date.now() > giveUp) throw error;
      await delay(retryMs);
    }
  }
}

async function watch(backend: HeldBackend): Promise<void> {
  while (ending === undefined) {
    const now = Date.now();
    if (now >= leaseEnd) return end('its lease ran out');
    if (now >= deadlineEnd) return end('its deadline passed');
    const inForceStill = await backend.isInForce().catch(() => true); // a socket that is busy proves nothing
    if (!inForceStill) return end('servers were taken out of maintenance, or HAProxy was reloaded');
    await delay(Math.max(1, Math.min(lookMs, leaseEnd - Date.now(), deadlineEnd - Date.now())));
  }
}

function reply(message: KeeperAnswer): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

/** The engine's end of the channel is closed: it is done, it left on purpose, or it died. */
async function settle(): Promise<void> {
  if (left) await watching;
  await end('the engine is gone');
  process.exit(0);
}

process.on('message', (call: KeeperCall) => {
  answer(call).then(
    (value) => reply({ call: call.call, ok: true, value }),
    (error: unknown) => {
      const hint = error instanceof TideoverError ? error.hint : undefined;
      reply({ call: call.call, ok: false, message: messageOf(error), hint });
    },
  );
});
process.on('disconnect', () => void settle());
// The terminal's signals are meant for the engine; the keeper ends with the hold.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(`it got ${signal}`));
