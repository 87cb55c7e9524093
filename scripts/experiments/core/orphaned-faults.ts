import { messageOf } from '../../cli/command-error.ts'
import { faultsInProxies } from './http-fault.ts'
import type { Verdict } from './result.ts'
import type { OrphanedFault, Target } from './target.ts'

/** Everything that runs before may have left behind, in proxies and policy. */
export const orphanedFaults = async (target: Target): Promise<readonly OrphanedFault[]> => [
  ...(await faultsInProxies(target)),
  ...(await target.orphans()),
]

/** What a run leaves behind. `unknown`: whoever would have to say it does not answer. */
interface Remains {
  readonly remains: readonly string[]
  readonly unknown?: string
}

export async function whatRemains(target: Target): Promise<Remains> {
  try {
    return { remains: (await orphanedFaults(target)).map(({ description }) => description) }
  } catch (error) {
    const unknown = `whether anything is left behind could not be told: ${messageOf(error)}`
    return { remains: [unknown], unknown }
  }
}

/** A fault that stays in the shop fails the run; not knowing takes its pass away. */
export function withRemains(verdict: Verdict, { remains, unknown }: Remains): Verdict {
  if (verdict.verdict !== 'pass' || remains.length === 0) return verdict
  return unknown === undefined ? { verdict: 'fail' } : { verdict: 'inconclusive', reason: unknown }
}
