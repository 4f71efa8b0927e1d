import { defineConfig } from 'vitest/config';

/** `npm run test:openstack`: Debian's real OpenStack services, some 100 MB to be fetched once; not a part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/openstack/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
