import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/**
 * Stryker's runner gives `dir`, the folder of tests that judge. The time-out is long because a test is slower with every mutant in its code,
 * and a slow machine must not pass for a noticed mutant. Without vitest's cache of modules: each run has a sandbox of its own, so nothing
 * kept would ever be found again, and all of it would stay in node_modules.
 */
export default defineConfig({
  test: { root: fileURLToPath(new URL('../..', import.meta.url)), include: ['**/*.test.ts'], testTimeout: 60_000, fsModuleCache: false },
})
