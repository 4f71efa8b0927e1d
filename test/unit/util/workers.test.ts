import { expect, it } from 'vitest';
import { Workers } from '../../../src/util/workers.js';

it('gives each job a worker of its own, in order, and takes it back also from a job that fails', async () => {
  const workers = new Workers(['a', 'b']);
  const busy = new Set<string>();
  const started: number[] = [];
  const job = (number: number) =>
    workers.run(async (worker) => {
      expect(busy.has(worker)).toBe(false);
      busy.add(worker);
      started.push(number);
      await new Promise((resolve) => setImmediate(resolve));
      busy.delete(worker);
      if (number % 2 === 0) throw new Error(`job ${number}`);
      return number;
    });
  const results = await Promise.allSettled([0, 1, 2, 3, 4, 5].map(job));
  expect(results.map(({ status }) => status)).toEqual(
    [0, 1, 2, 3, 4, 5].map((number) => (number % 2 === 0 ? 'rejected' : 'fulfilled')),
  );
  expect(started).toEqual([0, 1, 2, 3, 4, 5]);
});
