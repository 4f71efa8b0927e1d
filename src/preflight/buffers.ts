import type { Refusal } from '../plan/plan.js';

/** What keeps the buffers from holding, as refusals. Each obstacle is a sentence that carries its remedy. */
export function bufferRefusals(
  found: readonly { readonly buffer: string; readonly obstacles: readonly string[] }[],
): readonly Refusal[] {
  return found.flatMap(({ buffer, obstacles }) =>
    obstacles.map((obstacle) => ({
      code: 'buffer-unready',
      table: null,
      message: `${buffer}: ${obstacle}`,
      remedy:
        'Mend the buffer, or leave it out with --buffer none: then writes wait at the table lock instead of being held.',
    })),
  );
}
