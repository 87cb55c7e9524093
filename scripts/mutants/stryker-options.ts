import type { PartialStrykerOptions } from '@stryker-mutator/api/core'
import type { MeasuredFolder } from './measured-folders.ts'

/** With the options of the vitest runner, which Stryker's own type does not know. */
type Options = PartialStrykerOptions & { readonly vitest: { readonly configFile: string; readonly dir: string } }

/** A word for a folder that is a file name as well. */
const nameOf = (folder: string): string => folder.replaceAll('/', '-')

/** Where Stryker keeps what it found: its report, which is also what the next run starts from. */
export const reportFile = (folder: string): string => `out/mutants/${nameOf(folder)}.json`

/** A page that shows each survivor in its code. */
export const pageFile = (folder: string): string => `out/mutants/${nameOf(folder)}.html`

/** @param paths files or folders inside of `folder`, to look at only these */
export function strykerOptions({ folder, notMutated }: MeasuredFolder, paths: readonly string[], force: boolean): Options {
  return {
    testRunner: 'vitest',
    vitest: { configFile: 'scripts/mutants/vitest.config.ts', dir: `test/unit/${folder}` },
    mutate: [
      ...paths.map((path) => (path.endsWith('.ts') ? path : `${path}/**/*.ts`)),
      ...['**/*.d.ts', ...Object.keys(notMutated)].map((glob) => `!${folder}/${glob}`),
    ],
    ignorePatterns: ['out', 'dist', '.local'],
    // One mutant at a time: it shares the machine with whoever works on it.
    concurrency: 1,
    timeoutMS: 20_000,
    incremental: true,
    incrementalFile: reportFile(folder),
    force,
    reporters: ['html', 'progress-append-only'],
    htmlReporter: { fileName: pageFile(folder) },
    tempDirName: `out/mutants/sandbox-${nameOf(folder)}`,
    cleanTempDir: 'always',
    allowConsoleColors: false,
  }
}
