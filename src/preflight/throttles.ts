import type { Refusal } from '../plan/plan.js';

/** Throttles that could not see what they are to watch, as refusals: a run would wait for them for ever. */
export function throttleRefusals(
  found: readonly { readonly throttle: string; readonly obstacle: string }[],
): readonly Refusal[] {
  return found.map(({ throttle, obstacle }) => ({
    code: 'throttle-unready',
    table: null,
    message: `${throttle}: ${obstacle}`,
    remedy: 'Correct the option that it comes from, or leave it out: copying waits while a throttle sees nothing.',
  }));
}
