import { type ExitCode, exitCodes } from '../../cli/exit-codes.ts'
import { printJson, type TargetName } from '../../cli/options.ts'
import { StillBroken } from '../core/by-hand/break-until.ts'
import { writeMatrix } from '../core/matrix-file.ts'
import { faultPlaces, type Matrix, policies } from '../core/matrix-schema.ts'
import { reportPage, writePage } from '../core/report/write-report.ts'
import { ensureWritable } from '../core/write-result.ts'
import { measureMatrix } from '../shop/matrix/measure-matrix.ts'
import { openTarget } from './open-target.ts'

/**
 * `experiment matrix`: measures which fault makes which policy act, and puts it into the report.
 * @throws NoShop, AnotherRun, UnwritableFolder before anything is touched; StillBroken
 */
export async function matrix(
  { out, target: where, json }: { readonly out: string; readonly target: TargetName; readonly json: boolean },
  signal: AbortSignal,
): Promise<ExitCode> {
  await ensureWritable(out)
  const target = await openTarget(where)
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  try {
    const measured = await measureMatrix({ target, signal, progress: say })
    const file = await writeMatrix(out, measured)
    await writePage(out, (old) => say(`${old} is not of this version: left out of the report`))
    if (json) printJson(measured)
    else process.stdout.write(`${matrixText(measured)}${file}\nreport: ${reportPage(out)}\n`)
    return measured.notMeasured === undefined ? exitCodes.done : exitCodes.inconclusive
  } catch (error) {
    // An interruption must not keep it from being said.
    if (!(error instanceof StillBroken)) throw error
    say(error.message)
    return error.exitCode
  } finally {
    await target.close()
  }
}

/** A line a place, a column a policy: how often it acted. */
export function matrixText({ cells, notMeasured = {} }: Matrix): string {
  const count = (place: string, policy: string) => cells.find((cell) => cell.fault === place && cell.policy === policy)?.count ?? '?'
  const line = (first: string, others: readonly (string | number)[]) =>
    `${first.padEnd(20)}${others.map((one) => String(one).padStart(12)).join('')}\n`
  return [
    line('', policies),
    ...faultPlaces.map((place) =>
      line(
        place,
        policies.map((policy) => count(place, policy)),
      ),
    ),
    ...Object.entries(notMeasured).map(([place, reason]) => `not measured: ${place}: ${reason}\n`),
  ].join('')
}
