import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { type Matrix, matrixSchema } from './matrix-schema.ts'
import { replaceFile } from './write-result.ts'

const matrixFile = (out: string): string => join(out, 'matrix.json')

/** @throws Error that says what is wrong */
function validateMatrix(matrix: unknown): asserts matrix is Matrix {
  const ajv = new Ajv2020({ allErrors: true })
  formats.default(ajv)
  if (!ajv.validate(matrixSchema, matrix)) throw new Error(`the matrix does not fit its schema: ${ajv.errorsText()}`)
}

/** Writes `<out>/matrix.json`, valid or not at all; returns the file. The next report shows it. */
export async function writeMatrix(out: string, matrix: Matrix): Promise<string> {
  validateMatrix(matrix)
  await replaceFile(matrixFile(out), `${JSON.stringify(matrix, undefined, 2)}\n`)
  return matrixFile(out)
}

/**
 * The last matrix that was measured; undefined where none was.
 * @param leftOut told the file when it does not fit the schema
 */
export async function readMatrix(out: string, leftOut: (file: string) => void): Promise<Matrix | undefined> {
  const text = await readFile(matrixFile(out), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    const matrix: unknown = JSON.parse(text)
    validateMatrix(matrix)
    return matrix
  } catch {
    leftOut(matrixFile(out))
    return undefined
  }
}
