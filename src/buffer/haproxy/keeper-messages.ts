import type { HoldReport, HoldRequest, HoldStatus } from '../contract.js';
import type { HaproxySpec } from './spec.js';

/** What the engine asks of the keeper, one at a time or several at once; `call` pairs the answer with it. */
export type KeeperCall = { readonly call: number } & (
  | {
      readonly verb: 'hold';
      readonly spec: Omit<HaproxySpec, 'url'> & { readonly url: string };
      readonly secret: string;
      readonly request: HoldRequest;
    }
  | { readonly verb: 'renew'; readonly leaseMs: number }
  | { readonly verb: 'status' }
  | { readonly verb: 'release'; readonly window: number }
  /** The engine goes on purpose: the hold is left to its lease. */
  | { readonly verb: 'leave' }
);

export type KeeperAnswer = { readonly call: number } & (
  | { readonly ok: true; readonly value: HoldReport | HoldStatus | null }
  | { readonly ok: false; readonly message: string; readonly hint?: string | undefined }
);
