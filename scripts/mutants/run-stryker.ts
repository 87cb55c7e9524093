import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { constants, getPriority, setPriority } from 'node:os'
import type { MeasuredFolder } from './measured-folders.ts'
import { reportFile, strykerOptions } from './stryker-options.ts'

export interface StrykerRun {
  readonly folder: MeasuredFolder
  readonly paths: readonly string[]
  /** Measure again what is already in the report. */
  readonly force: boolean
  readonly minutes: number
  readonly signal: AbortSignal
  onProgress(line: string): void
}

/**
 * Tries every mutant, with less priority than what somebody works at, and leaves the report behind.
 * @returns whether it came to its end; otherwise the report holds what was tried so far, and the next run goes on from there
 * @throws when the tests fail without any mutant, or Stryker cannot run
 */
export async function runStryker({ folder, paths, force, minutes, signal, onProgress }: StrykerRun): Promise<boolean> {
  const config = reportFile(folder.folder).replace(/json$/, 'config.json')
  await mkdir('out/mutants', { recursive: true })
  await writeFile(config, JSON.stringify(strykerOptions(folder, paths, force), undefined, 2))
  const ended = AbortSignal.any([signal, AbortSignal.timeout(minutes * 60_000)])
  const stryker = spawn(process.execPath, ['node_modules/@stryker-mutator/core/bin/stryker.js', 'run', config], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (stryker.pid !== undefined) setPriority(stryker.pid, Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL))
  // On this signal Stryker writes down what it has so far; its test runners end with it.
  const interrupt = () => stryker.kill('SIGINT')
  ended.addEventListener('abort', interrupt, { once: true })
  const said: string[] = []
  for (const stream of [stryker.stdout, stryker.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      const lines = text.split('\n').filter((line) => line.trim() !== '')
      for (const line of lines) line.startsWith('Mutation testing') ? onProgress(line) : said.push(line)
    })
  const code = await new Promise<number | null>((resolve, reject) => {
    stryker.once('error', reject)
    stryker.once('close', resolve)
  })
  ended.removeEventListener('abort', interrupt)
  if (code === 0) return true
  if (ended.aborted) return false
  throw new Error(`Stryker ended with ${code}:\n${said.slice(0, 12).join('\n')}`)
}
