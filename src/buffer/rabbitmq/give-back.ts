import { setTimeout as delay } from 'node:timers/promises';
import { settleMs, type Gate } from './gate.js';
import type { HeldMessages } from './held-messages.js';

/** Publishers that are faster than the relay must not keep the gate closed for ever. */
const catchUpLimitMs = 10_000;
const afterwardsLimitMs = 60_000;

/**
 * Gives held messages to the service in received order and removes the gate. Resolves with the number of messages that still came into the queue
 * of held ones when the gate had opened.
 *
 * Why this order. While messages are relayed, new ones still go behind them into the same queue, so nothing overtakes. Only when that queue is empty
 * does the gate open: had it opened earlier, everything in the queue would be overtaken, and had the old bindings come back before the way was
 * open, a message could have reached nobody (measured: unbind then bind loses, bind then unbind doubles; both bindings at once do neither,
 * because a queue gets a message once). A message that comes between the look at the empty queue and the opening (a millisecond or two) is relayed
 * right after it; those published in that moment may come before it: that is the only overtaking there is, and `late` says whether it was possible.
 * The queue itself is removed last and only while it is empty.
 */
export async function giveBack(gate: Gate, messages: HeldMessages, window: number): Promise<number> {
  await messages.relay(window, catchUpLimitMs);
  const before = messages.counts.held;
  await gate.open();
  await delay(settleMs);
  await messages.relay(window, afterwardsLimitMs);
  await gate.remove();
  do await messages.relay(window, afterwardsLimitMs);
  while (!(await messages.removeQueue()));
  return messages.counts.held - before;
}
