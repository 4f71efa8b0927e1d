import { TideoverError } from '../errors.js';
import type { BufferLayer, HoldReport } from './contract.js';

const nothing: HoldReport = {
  held: null,
  answered: null,
  rejected: null,
  abandoned: null,
  longestMs: null,
  displacement: null,
  durationMs: 0,
};

/** No buffer: the table lock alone. Nothing is lost; the service's writes stall instead of its requests being held. */
export function noBuffer(): BufferLayer {
  return {
    name: 'none',
    capabilities: {
      carries: 'http',
      strictOrder: false,
      countsInFlight: false,
      countsHeld: false,
      perProject: true,
      onExpiry: 'open',
    },
    preflight: () => Promise.resolve([]),
    hold: () => {
      let ended = false;
      const whileHolding = (): Promise<void> =>
        ended
          ? Promise.reject(new TideoverError('buffer-failed', 'it has been released', { hint: 'Hold again.' }))
          : Promise.resolve();
      return Promise.resolve({
        drain: whileHolding,
        renew: whileHolding,
        status: () =>
          Promise.resolve({
            state: ended ? ('ended' as const) : ('holding' as const),
            held: null,
            inFlight: null,
            upgraded: null,
            remainingMs: 0,
          }),
        release: async () => {
          await whileHolding();
          ended = true;
          return nothing;
        },
      });
    },
    close: () => Promise.resolve(),
  };
}
