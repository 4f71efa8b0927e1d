import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Passes: a request that was let in carries one to the service, and calls which the service makes on its behalf, through a buffer, show it
 * and are let in though the gate is held; else the request inside would wait for a request outside for ever.
 *
 * So that a drain still ends, only a request that was let in without a pass gets one of its own; calls with a pass carry that one on.
 * A pass of this process ends with its request. A pass of another process with the same secret ends by its time, and must have been
 * issued before the hold: hold the outer service first.
 */

/** Between processes; longer than a request usually takes, shorter than a hold may wait. */
const lifetimeMs = 60_000;

export class Passes {
  readonly #secret: Buffer;
  /** Tells passes of this process from those of others with the same secret. */
  readonly #issuer = randomBytes(6).toString('base64url');
  readonly #inside = new Set<string>();
  #count = 0;

  constructor(secret: Buffer) {
    this.#secret = secret;
  }

  /** For a request that goes in now. Give it back with `retire`. */
  issue(nowMs: number): string {
    this.#count += 1;
    const facts = `${this.#issuer}.${this.#count.toString(36)}.${nowMs.toString(36)}`;
    this.#inside.add(facts);
    return `${facts}.${this.#sign(facts)}`;
  }

  retire(pass: string): void {
    this.#inside.delete(pass.slice(0, pass.lastIndexOf('.')));
  }

  /** `heldSinceMs`: when the hold in force began, of the wall clock; null when nothing is held. */
  isValid(pass: string, nowMs: number, heldSinceMs: number | null): boolean {
    const [issuer, count, issued, signature, ...rest] = pass.split('.');
    if (issuer === undefined || count === undefined || issued === undefined || signature === undefined) return false;
    if (rest.length > 0) return false;
    const facts = `${issuer}.${count}.${issued}`;
    const [given, expected] = [Buffer.from(signature), Buffer.from(this.#sign(facts))];
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    if (issuer === this.#issuer) return this.#inside.has(facts);
    const issuedMs = Number.parseInt(issued, 36);
    return issuedMs + lifetimeMs > nowMs && issuedMs <= (heldSinceMs ?? nowMs);
  }

  #sign(facts: string): string {
    return createHmac('sha256', this.#secret).update(facts).digest('base64url');
  }
}
