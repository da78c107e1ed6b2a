import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { kernelForVite } from '../src/avro/assembly/build.mjs';

// unit: plain Node, no services. contract: the port's suite against every adapter, real S3 server included.
// e2e: the packaged extension in a real VS Code in a browser; `npm run test:e2e` prepares what it needs.
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [kernelForVite],
        test: {
          name: 'unit',
          root: import.meta.dirname,
          include: ['unit/**/*.test.ts'],
          testTimeout: 20_000,
          env: { TZ: 'UTC' },
        },
      },
      {
        plugins: [kernelForVite],
        test: {
          name: 'contract',
          root: import.meta.dirname,
          include: ['contract/**/*.test.ts'],
          // Waits end with a state, not with a time: on a busy machine it takes longer to come.
          testTimeout: 180_000,
          expect: { poll: { timeout: 30_000 } },
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          root: import.meta.dirname,
          include: ['e2e/**/*.test.ts'],
          globalSetup: [path.join(import.meta.dirname, 'e2e/globalSetup.ts')],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
