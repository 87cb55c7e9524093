import type { Check } from '../../checks/check.ts'

/** What one run of one experiment came to. */
export interface JudgedRun {
  readonly verdict: 'exact' | 'wrong' | 'inconclusive'
  /** The checks that are wrong, or why it could not be judged; none of an exact run. */
  readonly reasons: readonly string[]
  /** The largest |measured − predicted| of its counts; absent when it could not be judged. */
  readonly difference?: number
}

/** Pure. What fails without a doubt is wrong, whatever else was doubtful. */
export function judgeRun(checks: readonly Check[]): JudgedRun {
  const failed = checks.filter(({ passed }) => !passed)
  const wrong = failed.filter(({ doubt }) => doubt === undefined)
  const difference = Math.max(0, ...checks.filter(({ doubt }) => doubt === undefined).flatMap(differences))
  if (wrong.length > 0) return { verdict: 'wrong', reasons: wrong.map(inWords), difference }
  if (checks.length === 0) return { verdict: 'inconclusive', reasons: ['nothing was checked'] }
  if (failed.length > 0) return { verdict: 'inconclusive', reasons: [...new Set(failed.flatMap(({ doubt }) => doubt ?? []))] }
  return { verdict: 'exact', reasons: [], difference }
}

/** Of a check that predicts numbers: one, or one for each round. */
function differences({ expected, actual }: Check): number[] {
  const [predicted, measured] = [numbers(expected), numbers(actual)]
  return predicted.map((one, index) => Math.abs((measured[index] ?? Number.POSITIVE_INFINITY) - one))
}

const numbers = (value: unknown): number[] => [value].flat().filter((one) => typeof one === 'number')

const inWords = ({ name, expected, actual }: Check): string =>
  `${name}: expected ${JSON.stringify(expected)}, observed ${JSON.stringify(actual)}`
