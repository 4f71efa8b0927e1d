import { describe, expect, it } from 'vitest';
import { runCrew } from '../../../src/util/crew.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Does `jobs` jobs with a crew of a size that may change, and counts how many work at once. */
function crewOf(jobs: number) {
  const state = { size: 1, left: jobs, done: 0, working: 0, most: 0 };
  const member = async (wanted: () => boolean): Promise<void> => {
    while (wanted() && state.left > 0) {
      state.left -= 1;
      state.working += 1;
      state.most = Math.max(state.most, state.working);
      await turn();
      state.working -= 1;
      state.done += 1;
    }
  };
  return { state, run: () => runCrew(() => state.size, member) };
}

describe('runCrew', () => {
  it('does all the work with as many as it has', async () => {
    const { state, run } = crewOf(50);
    state.size = 4;
    await run();
    expect(state).toMatchObject({ done: 50, most: 4 });
  });

  it('recruits and lets go while it works, and leaves nothing undone', async () => {
    const { state, run } = crewOf(400);
    const work = run();
    const seen = new Set<number>();
    for (const size of [3, 1, 5, 2, 5, 1]) {
      state.size = size;
      for (let i = 0; i < 8; i += 1) await turn();
      seen.add(state.working);
    }
    await work;
    expect(state.done).toBe(400);
    expect([...seen].sort()).toEqual([1, 2, 3, 5]);
  });

  it('ends with the first failure when the others have finished what they had in hand', async () => {
    let [begun, working] = [0, 0];
    const crew = runCrew(
      () => 3,
      async (wanted) => {
        while (wanted()) {
          begun += 1;
          if (begun === 5) throw new Error('one failed');
          working += 1;
          await turn();
          working -= 1;
        }
      },
    );
    await expect(crew).rejects.toThrow('one failed');
    expect(working).toBe(0);
  });
});
