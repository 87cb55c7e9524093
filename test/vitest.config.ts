import { defineConfig } from 'vitest/config'

/** The folder says what a test costs: unit (nothing), integration (Envoy, Kafka: started here), cluster (kind with Istio: `make test-cluster`). */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
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
    ],
  },
})
