import { join } from 'node:path'
import { readMatrix } from '../matrix-file.ts'
import type { ExperimentResult } from '../result.ts'
import { readResults, replaceFile } from '../write-result.ts'
import { junit } from './junit.ts'
import { report } from './report.ts'

/** The HTML page of a folder of results. */
export const reportPage = (out: string): string => join(out, 'report.html')

/**
 * Writes `<out>/report.html`, the last run of every experiment in the folder, and `<out>/junit.xml`, this run alone.
 * @param leftOut told the file of each result that is not of this version
 */
export async function writeReport(out: string, ofThisRun: readonly ExperimentResult[], leftOut: (file: string) => void): Promise<void> {
  await writePage(out, leftOut)
  await replaceFile(join(out, 'junit.xml'), junit(ofThisRun))
}

/** Writes `<out>/report.html` alone. @param leftOut as of `writeReport` */
export const writePage = async (out: string, leftOut: (file: string) => void): Promise<void> =>
  replaceFile(reportPage(out), report(await readResults(out, leftOut), await readMatrix(out, leftOut)))
