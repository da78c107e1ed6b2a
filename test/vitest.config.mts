import { defineConfig } from 'vitest/config';

// unit: plain Node, no services. contract: the port's suite against every adapter, real S3 server included.
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', root: import.meta.dirname, include: ['unit/**/*.test.ts'], testTimeout: 20_000 } },
      {
        test: {
          name: 'contract',
          root: import.meta.dirname,
          include: ['contract/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
