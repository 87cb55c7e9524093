import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Minutes, and it creates a kind cluster: only `make test-cluster` asks for it, not everybody who runs all tests. */
const cluster = {
  extends: true as const,
  test: {
    name: 'cluster',
    include: ['test/cluster/**/*.test.ts'],
    globalSetup: ['test/cluster/deployed-shop.ts'],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 900_000,
  },
}

/** Takes minutes and all of a machine: only when it is asked for. Starts a broker of its own, which it kills. */
const crash = {
  extends: true as const,
  test: { name: 'crash', include: ['test/crash/**/*.test.ts'] },
}

/** The folder says what a test costs: unit (nothing), integration (Envoy, Kafka: started here), cluster (kind with Istio: `make test-cluster`). */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    globalSetup: ['test/temporary-folder.ts'],
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/integration/kafka.ts'],
          // Real processes on two cores: side by side they would only measure each other.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
      ...(process.env.TEST_CLUSTER ? [cluster] : []),
      ...(process.env.TEST_CRASH ? [crash] : []),
    ],
  },
})
