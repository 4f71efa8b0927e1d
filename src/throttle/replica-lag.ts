import { Contact } from '../db/contact.js';
import { errno, ServerError } from '../db/server-error.js';
import type { Server } from '../db/server.js';
import { nowMs, type Heartbeat } from './heartbeat.js';
import type { Throttle, ThrottleLimits } from './throttle.js';

/** How far a replica is behind: the age of the newest heartbeat on it. A replica that cannot be asked throttles. */
export class ReplicaLag implements Throttle {
  readonly name: string;
  readonly #contact: Contact;
  readonly #heartbeat: Heartbeat;
  readonly #limits: Pick<ThrottleLimits, 'maxLagMs'>;
  /** Until a beat has arrived, its lag is as old as the question. */
  readonly #askedFrom = nowMs();

  constructor(replica: Server, heartbeat: Heartbeat, limits: Pick<ThrottleLimits, 'maxLagMs'>) {
    this.name = `replica-lag@${addressOf(replica)}`;
    this.#contact = new Contact(replica, this.name);
    this.#heartbeat = heartbeat;
    this.#limits = limits;
  }

  async look(): Promise<string | null> {
    const { maxLagMs } = this.#limits;
    const seen = await this.#heartbeat.seenThrough(this.#contact).catch(nothingYet);
    const lagMs = nowMs() - (seen ?? this.#askedFrom);
    if (seen !== null && lagMs <= maxLagMs) return null;
    const observed = lagMs > maxLagMs ? `${lagMs}ms > ${maxLagMs}ms` : 'unknown != known';
    return `${this.name} ${observed}${seen === null ? ' (no heartbeat has arrived yet)' : ''}`;
  }

  cut(): void {
    this.#contact.cut();
  }

  close(): Promise<void> {
    return this.#contact.close();
  }
}

/** The journal itself comes to a replica by replication. */
function nothingYet(error: unknown): null {
  if (error instanceof ServerError && (error.errno === errno.noSuchTable || error.errno === errno.unknownDatabase))
    return null;
  throw error;
}

function addressOf({ settings }: Server): string {
  return settings.socketPath ?? `${settings.host}:${settings.port}`;
}
