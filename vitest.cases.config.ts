import { defineConfig } from 'vitest/config';

/** `npm run test:cases`: the whole corpus, two cases at once. */
export default defineConfig({
  test: {
    include: ['test/integration/cases.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    env: { TIDEOVER_CASES: 'all' },
    maxConcurrency: 2,
    hookTimeout: 120_000,
  },
});
