import { defineConfig } from 'vitest/config';

/** `npm run test:faults`: every fault at every point of a run, some half an hour; a sample of it is a part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    testTimeout: 900_000,
    hookTimeout: 900_000,
    maxConcurrency: Number(process.env['FAULT_LANES'] ?? 4),
    fileParallelism: false,
  },
});
