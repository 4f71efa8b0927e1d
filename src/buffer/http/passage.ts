import type { HoldRecord } from './hold-record.js';

/** One request as the gate sees it. */
export interface Passage {
  /** Received order, process-wide. */
  readonly seq: number;
  /** Of arrival, ms of `performance.now()`. */
  readonly arrivedAt: number;
  /** What the gate notes about it; nobody else writes it. */
  place: 'outside' | 'waiting' | 'inside' | 'gone';
  /** The hold in which it waited. */
  hold: HoldRecord | null;
  /** False while an earlier request of the same connection is unanswered. */
  isReady(): boolean;
  /** After `go`: nothing that goes later can overtake it any more, or it is its client that is late. */
  readonly isUnderWay: boolean;
  /** Goes on to the service. */
  go(): void;
  /** Is answered with 503 instead. */
  turnAway(reason: 'full' | 'late'): void;
}

/** `left`: the service knows nothing of it. */
export type Outcome = 'answered' | 'failed' | 'left';
