import { percentile } from '../checks/percentile.ts'
import type { Line } from './line.ts'
import type { JudgedRun } from './precision/judged-run.ts'
import type { Precision } from './precision.ts'

/** Runs as lines for a person: none may be wrong; those that could not be judged are counted apart. */
export function precisionReport({ busy, pool, ejection }: Precision): Line[] {
  return [
    { what: 'cores kept busy by something else', measured: String(busy) },
    ...ofExperiment('httpbin-pool', pool),
    ...ofExperiment('catalog-ejection', ejection),
    {
      what: 'from the first failure to the ejection',
      measured: distribution(ejection.flatMap(({ toEjectionMs }) => toEjectionMs)),
    },
    {
      what: 'from the end of the fault to the return of the host',
      measured: distribution(ejection.flatMap(({ toReturnMs }) => toReturnMs)),
    },
  ]
}

/** Why some runs say nothing; absent when all do. */
export function inconclusiveOf({ pool, ejection }: Precision): { readonly inconclusive?: string } {
  const all = [...pool, ...ejection]
  const runs = all.filter(({ verdict }) => verdict === 'inconclusive')
  if (runs.length === 0) return {}
  return { inconclusive: `${runs.length} of ${all.length} runs: ${[...new Set(runs.flatMap(({ reasons }) => reasons))].join('; ')}` }
}

function ofExperiment(name: string, runs: readonly JudgedRun[]): Line[] {
  const count = (verdict: JudgedRun['verdict']) => runs.filter((run) => run.verdict === verdict).length
  const differences = runs.flatMap(({ difference }) => difference ?? [])
  const largest = Math.max(0, ...differences)
  return [
    {
      what: `${name}, ${runs.length} runs`,
      measured: `${count('exact')} exact, ${count('wrong')} wrong, ${count('inconclusive')} inconclusive`,
      goal: 'none wrong',
      met: count('wrong') === 0,
    },
    {
      what: `${name}, largest |measured − predicted| of a count`,
      measured: differences.length === 0 ? 'none was judged' : String(largest),
      goal: '0',
      met: largest === 0,
    },
  ]
}

function distribution(ms: readonly number[]): string {
  const of = (share: number) => Math.round(percentile(ms, share) ?? Number.NaN)
  return ms.length === 0 ? 'not measured' : `p50 ${of(0.5)} ms, p90 ${of(0.9)} ms, max ${of(1)} ms`
}
