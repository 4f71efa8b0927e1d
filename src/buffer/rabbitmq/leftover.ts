import type { ChannelModel } from 'amqplib';
import { setTimeout as delay } from 'node:timers/promises';
import { TideoverError } from '../../errors.js';
import { attempt, connectBroker, replyCodes } from './broker.js';
import { Gate, namesFor } from './gate.js';
import { giveBack } from './give-back.js';
import { HeldMessages, ownWindow } from './held-messages.js';
import { Management } from './management.js';
import type { RabbitmqSpec } from './spec.js';

/** One hold at a time: the queue belongs to its connection, and vanishes with it. */
export async function takeLock(connection: ChannelModel, spec: RabbitmqSpec): Promise<void> {
  const { lock } = namesFor(spec.exchange);
  const taken = await attempt(connection, [replyCodes.resourceLocked], (channel) =>
    channel.assertQueue(lock, { exclusive: true, durable: false }),
  );
  if (taken === undefined) {
    throw new TideoverError('buffer-failed', `${spec.exchange} is held by somebody else already`, {
      hint: 'Wait until that hold ends; it does so at its deadline at the latest.',
    });
  }
}

/** Gives back what an earlier hold left, as its release would have. */
export async function finishLeftover(connection: ChannelModel, gate: Gate, spec: RabbitmqSpec): Promise<void> {
  const { held, relayKey } = namesFor(spec.exchange);
  // Nobody knows any more which queues there were: every message is waited for.
  const nothing = (): void => undefined;
  const options = {
    queue: held,
    relayKey,
    user: spec.user,
    isAwaited: () => true,
    onArrival: nothing,
    onClosed: nothing,
  };
  await attempt(connection, [], (channel) => channel.assertQueue(held, { durable: true }));
  const messages = await HeldMessages.open(connection, options);
  await messages.consume();
  await giveBack(gate, messages, ownWindow);
}

/** The broker needs a moment to notice that a killed process's connection is gone. */
async function lockOfTheDead(connection: ChannelModel, spec: RabbitmqSpec): Promise<void> {
  for (let attempts = 0; ; attempts += 1) {
    try {
      await takeLock(connection, spec);
      return;
    } catch (error) {
      if (attempts === 20) throw error;
      await delay(100);
    }
  }
}

/** Undoes what a hold left behind whose process was killed. Does nothing when there is nothing; rejects when somebody holds. */
export async function recoverHold(spec: RabbitmqSpec): Promise<void> {
  const connection = await connectBroker(spec);
  try {
    await lockOfTheDead(connection, spec);
    const gate = new Gate(connection, new Management(spec), spec);
    if (await gate.isLeft()) await finishLeftover(connection, gate, spec);
  } finally {
    await connection.close().catch(() => undefined);
  }
}
