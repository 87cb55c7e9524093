import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './longest-first.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

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

/** Real Envoy and Kafka, started here; files of tests share one broker. */
const integration = {
  extends: true as const,
  test: { globalSetup: ['test/integration/kafka.ts'], testTimeout: 60_000, hookTimeout: 180_000 },
}

/** Most of their time they wait for processes. After the unit tests, which are all work. */
const besideEachOther = { maxWorkers: 5, sequence: { groupOrder: 1 } }
const sideBySide = { ...integration.test, ...besideEachOther }

/** It waits for breakers, for minutes: beside it unit tests use the other processors. What it cannot measure then it says. */
const experiments = ['test/integration/scripts/experiments/**/*.test.ts']

/** They measure time: side by side they would only measure each other. */
const alone = [
  'test/integration/mesh/envoy/{pool,ejection}.test.ts',
  'test/integration/services/gateway/flood.test.ts',
  'test/integration/services/shared/runtime/kafka/fencing.test.ts',
]

/**
 * Tests that replace or patch modules, show kafkajs as it comes, or look at what their whole process holds, need a process of their own. The others share theirs: loading
 * modules anew for each file took two thirds of the time of unit tests, and a fifth of that of the others.
 */
const ofItsOwn = /\bvi\.(do)?mock\(|kafkajs-patches|kafkajs\/src|memoryUsage|getActiveResourcesInfo|createHook/
const isolated = (folder: string): string[] =>
  globSync(`${folder}/**/*.test.ts`, { cwd: root }).filter(
    (file) => file.endsWith('-traps.test.ts') || ofItsOwn.test(readFileSync(`${root}/${file}`, 'utf8')),
  )
const isolatedUnit = isolated('test/unit')
const isolatedIntegration = isolated('test/integration')

/** Properties of long histories, and PGlite's start, take seconds on a machine that has other work. */
const unit = { maxWorkers: '100%', testTimeout: 20_000, hookTimeout: 30_000 }

/** Pages in a real browser, started once a file. */
const browser = {
  extends: true as const,
  test: { ...besideEachOther, name: 'browser', include: ['test/browser/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
}

/** The folder says what a test costs: unit (nothing), browser (Chromium), integration (Envoy, Kafka: started here), cluster (kind with Istio: `make test-cluster`). */
export default defineConfig({
  test: {
    root,
    execArgv: ['--import', new URL('../scripts/cli/packages-in-few-files.ts', import.meta.url).href],
    globalSetup: ['test/temporary-folder.ts'],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: { ...unit, name: 'unit', include: ['test/unit/**/*.test.ts'], exclude: isolatedUnit, isolate: false },
      },
      { extends: true, test: { ...unit, name: 'unit-isolated', include: isolatedUnit } },
      {
        ...integration,
        test: {
          ...sideBySide,
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: [...experiments, ...alone, ...isolatedIntegration],
          isolate: false,
        },
      },
      { ...integration, test: { ...sideBySide, name: 'integration-isolated', include: isolatedIntegration } },
      { ...integration, test: { ...integration.test, name: 'integration-experiments', include: experiments, maxWorkers: unit.maxWorkers } },
      {
        ...integration,
        test: { ...integration.test, name: 'integration-alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
      browser,
      ...(process.env.TEST_CLUSTER ? [cluster] : []),
      ...(process.env.TEST_CRASH ? [crash] : []),
    ],
  },
})
