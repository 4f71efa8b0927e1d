/**
 * What stands between a service and its callers while the tables are swapped: it holds their requests instead of failing them.
 * The table lock keeps writes from being lost; a buffer turns the stall and the errors of a switch into lag (I2).
 */

/** What an adapter can do; stated truthfully, because the operator is told and the contract's tests believe it. */
export interface BufferCapabilities {
  /** What it holds: requests of clients, or calls between the parts of a service. RPC is held after HTTP and released before it. */
  readonly carries: 'http' | 'rpc';
  /**
   * Requests leave the buffer in the order of their arrival, when released with a window of at most 8. Which of those that are at the
   * service at once it begins first is the service's affair: only a window of 1 is strict there, too (2 to 4 places were measured at 8).
   */
  readonly strictOrder: boolean;
  /** `drain` waits for requests that were admitted before the hold; otherwise it only gives them time. */
  readonly countsInFlight: boolean;
  /** `status` and the report count what is held. */
  readonly countsHeld: boolean;
  /** Holds one service or project and leaves the others alone. */
  readonly perProject: boolean;
  /** What happens to held requests when the lease ends without a release: they go to the service, or they are answered with an error. */
  readonly onExpiry: 'open' | 'reject';
}

export interface HoldRequest {
  /** Names the hold in logs and in the adapter's own state: `[a-z0-9-]+`. */
  readonly id: string;
  /** The hold ends by itself this long after the last `renew`: the engine may have died. */
  readonly leaseMs: number;
  /** The hold ends by itself this long after its begin, whatever is renewed. */
  readonly deadlineMs: number;
  /** Requests that may wait at once; further ones are answered with 503 + Retry-After, or the adapter's like of it. */
  readonly maxHeld: number;
}

export interface HoldStatus {
  /** `ended`: released, or by its lease or deadline. */
  readonly state: 'holding' | 'releasing' | 'ended';
  /** Requests that wait now. Null where `countsHeld` is false. */
  readonly held: number | null;
  /** Requests at the service now, admitted before the hold. Null where `countsInFlight` is false. */
  readonly inFlight: number | null;
  /** Websockets and other upgraded connections, which never drain. Null where unknown. */
  readonly upgraded: number | null;
  /** Until the hold's deadline. */
  readonly remainingMs: number;
}

/** What became of a hold. Counts are null where the adapter cannot know. */
export interface HoldReport {
  /** Requests that had to wait. */
  readonly held: number | null;
  /** Of these: answered by the service, whatever its status code. */
  readonly answered: number | null;
  /** Turned away: the limit was reached, or the deadline. */
  readonly rejected: number | null;
  /** Clients that left while they waited; theirs were not executed. */
  readonly abandoned: number | null;
  /** The longest that a request waited. */
  readonly longestMs: number | null;
  /** The most places by which any request left before one that had arrived earlier; 0 is received order. */
  readonly displacement: number | null;
  /** From the hold until the last request was let go. */
  readonly durationMs: number;
}

/** A hold in force. Whoever has it must release it; the lease does it when he cannot. */
export interface Hold {
  /**
   * Resolves when nothing that was admitted before the hold is at the service any more (upgraded connections apart). `timeoutMs` is whole.
   * Rejects with `buffer-failed` after `timeoutMs` (kind `drain-expired` in `facts`), with the signal's reason when that is aborted; the hold goes on.
   */
  drain(timeoutMs: number, signal: AbortSignal): Promise<void>;
  /** Extends the lease to `leaseMs` from now. Rejects with `buffer-failed` when the hold has ended. */
  renew(leaseMs: number): Promise<void>;
  status(): Promise<HoldStatus>;
  /**
   * Lets everything go in received order, at most `window` at the service at once, and resolves when the buffer is open and empty. For what
   * arrives after the release has begun the window may widen, or the release might never end.
   * Rejects with `buffer-failed` when the hold had ended by itself; what was held is gone the way of `onExpiry` then.
   */
  release(options: { readonly window: number }): Promise<HoldReport>;
}

/** One buffer as the operator gave it. Opening nothing, holding nothing, until it is asked to. */
export interface BufferLayer {
  /** As given, without secrets: `http://127.0.0.1:7070`, `haproxy:/run/haproxy.sock?backend=keystone`. */
  readonly name: string;
  readonly capabilities: BufferCapabilities;
  /**
   * Looks whether a hold of `holdMs` would work. Resolves with every obstacle, one sentence each with its remedy; none: go on.
   * Changes nothing. Rejects only with what is no obstacle but a defect.
   */
  preflight(holdMs: number): Promise<readonly string[]>;
  /** Rejects with `buffer-failed`, and nothing is held then. A second hold on a buffer that holds is refused. */
  hold(request: HoldRequest): Promise<Hold>;
  /** Gives connections back. A hold in force is left to its lease. */
  close(): Promise<void>;
}
