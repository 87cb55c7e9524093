import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { knownSurvivors } from './known-survivors.ts'
import { folderOf, measuredFolders } from './measured-folders.ts'
import { readReport } from './read-report.ts'
import { runStryker } from './run-stryker.ts'
import { pageFile, reportFile } from './stryker-options.ts'
import { outdated, percent, summarize } from './summary.ts'
import { summaryText } from './summary-text.ts'

const threshold = 85

const help = `Changes the code of a folder in one place at a time (a mutant), and counts how many changes its unit tests notice.

  npm run -s mutants -- <folder>             e.g. npm run -s mutants -- scripts/events/audit
  npm run -s mutants -- <file>…              only these files of one folder
      --minutes <number>                     stop after so long and say what is known by then (default: 60); the next run goes on from there
      --force                                measure again what is known already: after a change to code that the folder only imports
      --known                                measure nothing, show what earlier runs have found

Folders that are held to ${threshold} %: ${measuredFolders.map(({ folder }) => `\n  ${folder}`).join('')}

A folder is judged by the tests in its mirror, test/unit/<folder>. Writes out/mutants/<folder>.json and .html.
Exit code: 0 from ${threshold} % on, 1 below or when not all was measured, 2 for wrong usage, 130 when it was interrupted.
`

class UsageError extends Error {}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        minutes: { type: 'string', default: '60' },
        force: { type: 'boolean', default: false },
        known: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** The one folder that all paths lie in. */
function folderOfAll(paths: readonly string[]) {
  const missing = paths.find((path) => !existsSync(path))
  if (missing !== undefined) throw new UsageError(`there is no ${missing}`)
  const [folder, ...others] = new Map(paths.map((path) => [folderOf(path).folder, folderOf(path)])).values()
  if (folder === undefined) throw new UsageError('name a folder (npm run -s mutants -- --help shows which)')
  if (others.length > 0) throw new UsageError('name paths of one folder: each folder has its own tests and its own report')
  if (!existsSync(`test/unit/${folder.folder}`))
    throw new UsageError(`no unit tests judge ${folder.folder}: there is no test/unit/${folder.folder}`)
  return folder
}

async function main(interrupted: AbortSignal): Promise<number> {
  const { values, positionals } = readArguments()
  if (values.help) {
    process.stdout.write(help)
    return 0
  }
  const minutes = Number(values.minutes)
  if (!(minutes > 0)) throw new UsageError(`--minutes must be a number above 0, not '${values.minutes}'`)
  const paths = positionals.map((path) => path.replace(/\/+$/, ''))
  const folder = folderOfAll(paths)
  const file = reportFile(folder.folder)
  if (values.known && !existsSync(file)) throw new UsageError(`nothing is known of ${folder.folder} yet: measure it first`)
  const isComplete =
    values.known ||
    (await runStryker({
      folder,
      paths,
      force: values.force,
      minutes,
      signal: interrupted,
      onProgress: (line) => process.stderr.write(`  ${line}\n`),
    }))
  if (!existsSync(file)) throw new Error('stopped before the first mutant was tried')
  const ofFolder = await readReport(file)
  const mutants = ofFolder.filter((mutant) => paths.some((path) => mutant.file === path || mutant.file.startsWith(`${path}/`)))
  const summary = summarize(mutants, knownSurvivors)
  process.stdout.write(summaryText(summary))
  for (const [glob, reason] of Object.entries(folder.notMutated))
    process.stdout.write(`not mutated: ${folder.folder}/${glob} (${reason})\n`)
  for (const { file: where, code } of isComplete ? outdated(mutants, knownSurvivors) : [])
    process.stdout.write(`no survivor any more, remove it from known-survivors.ts: ${where}: ${code}\n`)
  process.stdout.write(`report: ${isComplete && existsSync(pageFile(folder.folder)) ? pageFile(folder.folder) : file}\n`)
  if (interrupted.aborted) return 130
  if (!isComplete) process.stdout.write(`not all was measured within ${minutes} minutes; run it again to go on\n`)
  return isComplete && percent(summary.total) >= threshold ? 0 : 1
}

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort())
try {
  process.exitCode = await main(interrupted.signal)
} catch (error) {
  process.stderr.write(`mutants: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
