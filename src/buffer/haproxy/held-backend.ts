import { setTimeout as delay } from 'node:timers/promises';
import { TideoverError } from '../../errors.js';
import type { HoldReport, HoldRequest, HoldStatus } from '../contract.js';
import { type BackendState, readBackend, type ServerState } from './backend.js';
import { type Occupied, Plug } from './plug.js';
import { order } from './runtime.js';
import type { HaproxySpec } from './spec.js';

/** The rate at which a queue is looked at while it leaves. */
const pollMs = 5;
/** Stands for "no limit" while there is a queue: HAProxy 2.6 does not serve the queue of a server whose limit was set to 0. */
const unlimited = 1_000_000;
/** The window when nobody is left to say one. */
export const expiryWindow = 8;

/**
 * A backend whose servers are all in maintenance, while the plug occupies the one that is left and has room for one.
 * That one is no `backup`: a backup's requests would queue at the server and not at the backend, and when they are let go,
 * the threads of HAProxy race for the places (200 requests left up to 148 places out of order).
 */
export class HeldBackend {
  private state: HoldStatus['state'] = 'holding';
  private readonly began = Date.now();

  private constructor(
    private readonly spec: HaproxySpec,
    private readonly plug: Plug,
    private readonly occupied: Occupied,
    /** The backend before the hold: what a release restores. */
    private readonly before: BackendState,
    private readonly deadlineMs: number,
  ) {}

  /** Rejects with `buffer-failed`, and the backend is as it was. `onLost`: HAProxy gave the slot away. */
  static async begin(
    spec: HaproxySpec,
    secret: string,
    request: HoldRequest,
    onLost: () => void,
  ): Promise<HeldBackend> {
    const before = await readBackend(spec.socket, spec.backend);
    const slot = slotOf(before, spec);
    const plug = await Plug.listen(slot.address, slot.port, secret);
    try {
      if (heldServers(before, spec).length === 0) {
        throw new TideoverError(
          'buffer-failed',
          `backend ${spec.backend} has no server in service, so nothing can be held`,
          {
            hint: `if an earlier hold was cut off, end it: echo "set server ${spec.backend}/SERVER state ready" to the runtime socket, for each server`,
          },
        );
      }
      const occupied = await plug.occupy(spec.url, onLost);
      const held = new HeldBackend(spec, plug, occupied, before, request.deadlineMs);
      try {
        await order(spec.socket, [
          `set server ${spec.backend}/${spec.plug} weight 1`,
          ...held.servers.map(({ name }) => `set server ${spec.backend}/${name} state maint`),
        ]);
      } catch (error) {
        await restore(spec, before);
        throw error;
      }
      return held;
    } catch (error) {
      await plug.close();
      throw error;
    }
  }

  /** True while all that was put into maintenance still is; a reload of HAProxy or an operator may have ended that. */
  async isInForce(): Promise<boolean> {
    const now = await readBackend(this.spec.socket, this.spec.backend);
    const names = new Set(this.servers.map(({ name }) => name));
    return now.servers.every(({ name, admin }) => !names.has(name) || admin === 'maint');
  }

  async status(): Promise<HoldStatus> {
    const remainingMs = Math.max(0, this.began + this.deadlineMs - Date.now());
    const now = await readBackend(this.spec.socket, this.spec.backend);
    const inFlight = others(now, this.spec).reduce((sum, server) => sum + server.inFlight, 0);
    return { state: this.state, held: now.queued, inFlight, upgraded: null, remainingMs };
  }

  /** Everything waits in the backend's one queue, from which HAProxy takes in the order of arrival; the slot stays taken until it is empty. */
  async release(window: number): Promise<HoldReport> {
    this.state = 'releasing';
    const { socket, backend } = this.spec;
    const opening = await readBackend(socket, backend);
    const first = this.servers.slice(0, window);
    const share = Math.max(1, Math.floor(window / Math.max(1, first.length)));
    await order(socket, [
      ...first.map((server) => `set maxconn server ${backend}/${server.name} ${limit(server, share)}`),
      ...first.map(({ name }) => `set server ${backend}/${name} state ready`),
    ]);
    const abandoned = await this.letGo(opening);
    await restore(this.spec, this.before);
    await this.occupied.free();
    await this.plug.close();
    this.state = 'ended';
    const after = await readBackend(socket, backend);
    return {
      // The plug's own request is none of them.
      held: opening.arrived - this.before.arrived - 1,
      answered: null,
      rejected: null,
      abandoned,
      longestMs: after.longestWaitMs > this.before.longestWaitMs ? after.longestWaitMs : null,
      displacement: null,
      durationMs: Date.now() - this.began,
    };
  }

  /** Resolves when nothing waits. What came after the opening need not keep to the window: under load it might never end. */
  private async letGo(opening: BackendState): Promise<number> {
    const { socket, backend } = this.spec;
    const sentBefore = sentTo(opening, this.spec);
    let widened = false;
    for (;;) {
      const now = await readBackend(socket, backend);
      const left = now.clientsLeft - this.before.clientsLeft;
      if (now.queued === 0) return left;
      if (!widened && sentTo(now, this.spec) - sentBefore >= opening.queued) {
        widened = true;
        await order(
          socket,
          this.servers.flatMap((server) => [
            `set maxconn server ${backend}/${server.name} ${limit(server, unlimited)}`,
            `set server ${backend}/${server.name} state ${server.admin}`,
          ]),
        );
      }
      await delay(pollMs);
    }
  }

  private get servers(): readonly ServerState[] {
    return heldServers(this.before, this.spec);
  }
}

/** Makes the backend what it was before a hold; also that of a keeper that was killed. */
export async function restore(spec: HaproxySpec, before: BackendState): Promise<void> {
  const { socket, backend, plug } = spec;
  await order(socket, [
    ...heldServers(before, spec).flatMap((server) => [
      `set maxconn server ${backend}/${server.name} ${server.maxconn}`,
      `set server ${backend}/${server.name} state ${server.admin}`,
    ]),
    // Before the slot is free, or a user's request would take it.
    `set server ${backend}/${plug} weight 0`,
  ]);
}

/** The plug server as HAProxy has it. Rejects with `buffer-failed` when the backend has none. */
function slotOf(state: BackendState, spec: HaproxySpec): ServerState {
  const slot = state.servers.find(({ name }) => name === spec.plug);
  if (slot !== undefined) return slot;
  throw new TideoverError('buffer-failed', `backend ${spec.backend} has no plug server "${spec.plug}"`, {
    hint: 'The preflight of a run, and examples/haproxy, show the lines that HAProxy needs',
  });
}

function others(state: BackendState, spec: HaproxySpec): ServerState[] {
  return state.servers.filter(({ name }) => name !== spec.plug);
}

/** Servers that take requests; those in maintenance stay there. */
export function heldServers(state: BackendState, spec: HaproxySpec): ServerState[] {
  return others(state, spec).filter(({ admin }) => admin !== 'maint');
}

function sentTo(state: BackendState, spec: HaproxySpec): number {
  return others(state, spec).reduce((sum, server) => sum + server.sent, 0);
}

function limit(server: ServerState, wanted: number): number {
  return server.maxconn === 0 ? wanted : Math.min(server.maxconn, wanted);
}
