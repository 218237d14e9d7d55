/** unit: pure and fast, part of the check; database: a real MongoDB; mail: real Postfix and Dovecot; e2e: a real browser; chaos: kills. */
import { defineConfig } from 'vitest/config';

const MONGO = ['test/setup/mongo.ts'];

const project = (name: string, include: string[], extra: object = {}) => ({
  test: { name, include, environment: 'node', testTimeout: 20_000, hookTimeout: 60_000, ...extra },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', ['{server,connectors,bots,client,test}/**/*.test.ts'], { maxWorkers: 2, exclude: ['**/*.{database,mail,e2e,chaos}.test.ts', 'node_modules/**'] }),
      project('database', ['**/*.database.test.ts'], { globalSetup: MONGO, maxWorkers: 3, testTimeout: 60_000 }),
      // Each file has servers of its own and mostly waits for them.
      project('mail', ['**/*.mail.test.ts'], { globalSetup: MONGO, maxWorkers: 2, testTimeout: 120_000 }),
      // A page beside another page is slow now and then: what it shows in the end counts.
      project('e2e', ['**/*.e2e.test.ts'], { globalSetup: MONGO, maxWorkers: 2, testTimeout: 120_000, expect: { poll: { timeout: 10_000 } } }),
      project('chaos', ['**/*.chaos.test.ts'], { globalSetup: MONGO, fileParallelism: false, testTimeout: 600_000 }),
    ],
  },
});
