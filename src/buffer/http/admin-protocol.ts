import type { HoldReport, HoldRequest } from '../contract.js';
import type { GateState } from './gate.js';

/** What the admin API and its client say to each other; everything is JSON. */

/** Answer of `GET /status`. */
export interface BufferStatus {
  /** So that a client knows what it talks to. */
  readonly buffer: 'tideover';
  readonly state: GateState;
  /** Requests that wait now. */
  readonly held: number;
  /** Requests at the service now. */
  readonly inFlight: number;
  /** Upgraded connections now. */
  readonly upgraded: number;
  readonly limits: { readonly maxHeld: number; readonly maxWaitMs: number };
  readonly routes: readonly { readonly listen: string; readonly upstream: string }[];
  /** The hold in force, or the last one; null before the first. */
  readonly hold: HoldFacts | null;
}

export interface HoldFacts {
  readonly id: string;
  readonly state: 'holding' | 'releasing' | 'ended';
  readonly endedBy: 'release' | 'lease' | 'deadline' | 'shutdown' | null;
  readonly remainingMs: number;
  readonly report: HoldReport;
}

/** Answer of `POST /drain`. */
export interface DrainAnswer {
  readonly drained: boolean;
  readonly inFlight: number;
}

/** Every refusal. */
export interface AdminError {
  readonly error: { readonly code: AdminErrorCode; readonly message: string; readonly hint: string };
}

/** code → HTTP status. */
export const adminErrors = {
  'bad-json': 400,
  'bad-request': 400,
  'token-missing': 401,
  'token-wrong': 401,
  'not-found': 404,
  'method-wrong': 405,
  'already-held': 409,
  'not-held': 409,
  'hold-ended': 409,
  'too-large': 413,
} as const;

export type AdminErrorCode = keyof typeof adminErrors;

/** What a request asks, and cannot have. */
export class Refusal extends Error {
  constructor(
    readonly code: AdminErrorCode,
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

/** A JSON object that is not trusted. */
export type Fields = Readonly<Record<string, unknown>>;

/** Throws `Refusal`. What is absent gets a default, so that `curl -X POST …/hold` works. */
export function holdRequestOf(
  fields: Fields,
  limits: { readonly maxHeld: number; readonly maxWaitMs: number },
): HoldRequest {
  const id = fields['id'] ?? `by-hand-${Date.now().toString(36)}`;
  if (typeof id !== 'string' || !/^[a-z0-9-]{1,64}$/.test(id))
    throw new Refusal('bad-request', '"id" is no name', 'Use up to 64 of a–z, 0–9 and "-".');
  const deadlineMs = positive(fields, 'deadlineMs', limits.maxWaitMs);
  if (deadlineMs > limits.maxWaitMs) {
    throw new Refusal(
      'bad-request',
      `a hold of ${deadlineMs} ms was asked for, and no request may wait longer than ${limits.maxWaitMs} ms here`,
      'Ask for a shorter one, or start the buffer with a longer --max-wait.',
    );
  }
  return {
    id,
    deadlineMs,
    leaseMs: positive(fields, 'leaseMs', limits.maxWaitMs),
    maxHeld: Math.min(positive(fields, 'maxHeld', limits.maxHeld), limits.maxHeld),
  };
}

/** Throws `Refusal`. */
export function positive(fields: Fields, name: string, byDefault: number): number {
  const value = fields[name] ?? byDefault;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new Refusal('bad-request', `"${name}" is no positive whole number`, `Give "${name}" as a JSON number.`);
}
