import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { ExperimentResult } from './result.ts'

const schemaFile = new URL('experiment-result.schema.json', import.meta.url)

/** @throws Error that names what does not fit the published schema */
export async function validateResult(result: unknown): Promise<void> {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true })
  formats.default(ajv)
  const validate = ajv.compile(JSON.parse(await readFile(schemaFile, 'utf8')))
  if (!validate(result)) throw new Error(`the result does not fit its schema: ${ajv.errorsText(validate.errors)}`)
}

/** Writes `<out>/experiments/<name>.json`, valid or not at all; returns the file. */
export async function writeResult(out: string, result: ExperimentResult): Promise<string> {
  await validateResult(result)
  const file = join(out, 'experiments', `${result.name}.json`)
  await replaceFile(file, `${JSON.stringify(result, undefined, 2)}\n`)
  return file
}

/** The file has the old content or the new one, never a part. */
export async function replaceFile(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.new`, text)
  await rename(`${file}.new`, file)
}
