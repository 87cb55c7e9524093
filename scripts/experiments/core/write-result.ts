import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { CommandError } from '../../cli/command-error.ts'
import { exitCodes } from '../../cli/exit-codes.ts'
import type { ExperimentResult } from './result.ts'
import { type ResultJson, resultFromJson, resultToJson } from './result-json.ts'
import { resultSchema } from './result-schema.ts'

/** @throws Error that names what does not fit the published schema */
export function validateResult(result: unknown): void {
  // What a verdict requires is declared beside its condition, not in it.
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, strictTypes: false })
  formats.default(ajv)
  const validate = ajv.compile(resultSchema)
  if (!validate(result)) throw new Error(`the result does not fit its schema: ${ajv.errorsText(validate.errors)}`)
}

/** Results cannot be written there; nothing was run. */
export class UnwritableFolder extends CommandError {
  override readonly name = 'UnwritableFolder'

  constructor(message: string) {
    super(message, exitCodes.notBegun)
  }
}

/** Before minutes are spent on results. @throws UnwritableFolder */
export async function ensureWritable(out: string): Promise<void> {
  try {
    for (const folder of [out, join(out, 'experiments')]) {
      const file = join(folder, `.writable-${process.pid}`)
      await mkdir(folder, { recursive: true })
      await writeFile(file, 'x')
      await rm(file)
    }
  } catch (error) {
    throw new UnwritableFolder(`results cannot be written to ${out}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/**
 * The last result of every experiment in the folder, in the order in which they ran.
 * @param leftOut told the file of each that does not fit the schema
 */
export async function readResults(out: string, leftOut: (file: string) => void): Promise<ExperimentResult[]> {
  const folder = join(out, 'experiments')
  const results: ExperimentResult[] = []
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.json'))) {
    const file = join(folder, name)
    try {
      results.push(await readResult(file))
    } catch {
      leftOut(file)
    }
  }
  return results.sort((one, other) => one.startedAt.localeCompare(other.startedAt))
}

/** @throws Error when there is no such file, or it does not fit the schema */
export async function readResult(file: string): Promise<ExperimentResult> {
  const result: unknown = JSON.parse(await readFile(file, 'utf8'))
  validateResult(result)
  return resultFromJson(result as ResultJson)
}

/** Writes `<out>/experiments/<name>.json`, valid or not at all; returns the file. */
export async function writeResult(out: string, result: ExperimentResult): Promise<string> {
  const json = resultToJson(result)
  validateResult(json)
  const file = join(out, 'experiments', `${result.name}.json`)
  await replaceFile(file, `${JSON.stringify(json, undefined, 2)}\n`)
  return file
}

/** The file has the old content or the new one, never a part. */
export async function replaceFile(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.new`, text)
  await rename(`${file}.new`, file)
}
