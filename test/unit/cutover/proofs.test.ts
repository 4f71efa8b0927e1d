import { expect, test } from 'vitest';
import type { SwapParts } from '../../../src/cutover/swap.js';
import type { DrainedShadow } from '../../../src/cutover/drained.js';
import type { LockedSources } from '../../../src/cutover/lock.js';
import type { swap } from '../../../src/cutover/swap.js';

/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- the mistakes are the point */
// Checked by the type checker: each line must be an error, or `npm run check` fails.
declare const locked: LockedSources;
declare const drained: DrainedShadow;
declare const parts: SwapParts;
declare const swapping: typeof swap;

export const illegalOrders = [
  // @ts-expect-error -- no lock, no drain
  () => swapping(parts),
  // @ts-expect-error -- a drain without its lock
  () => swapping(drained, drained, parts),
  // @ts-expect-error -- not drained
  () => swapping(locked, locked, parts),
  // @ts-expect-error -- a position is no proof of a lock
  () => swapping({ position: locked.position, grantedAtMs: 0 }, drained, parts),
  // @ts-expect-error -- nor of a drain
  () => swapping(locked, { position: locked.position }, parts),
  () => swapping(locked, drained, parts),
];

test('a swap without its proofs does not type-check', () => {
  expect(illegalOrders).toHaveLength(6);
});
