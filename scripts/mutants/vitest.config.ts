import { defineConfig } from 'vitest/config'

/**
 * Stryker's runner gives `dir`, the folder of tests that judge. The time-out is long because a test is slower with every mutant in its code,
 * and a slow machine must not pass for a noticed mutant.
 */
export default defineConfig({
  test: { root: new URL('../..', import.meta.url).pathname, include: ['**/*.test.ts'], testTimeout: 60_000 },
})
