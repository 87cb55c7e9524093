import type { Replica } from '../../../access/replica.ts'
import { type Check, equals } from '../../../checks/check.ts'
import { hosts as hostsOf } from '../../../envoy-admin/clusters.ts'
import { enforcedRule, workers } from '../../../envoy-admin/config.ts'
import type { Answer } from '../sent-request.ts'
import type { Target } from '../target.ts'

/** More places than this take longer to fill than requests can be held. */
export const mostPlaces = 256

/** What is to be so before a pool is filled. */
export interface EmptyPool {
  readonly caller: Replica
  readonly cluster: string
  /** Limits that are written; undefined when none are. */
  readonly limits: { readonly maxConnections: number; readonly maxPending: number } | undefined
  readonly hosts: number
  /** One request that nobody holds. */
  readonly ask: () => Promise<Answer | undefined>
}

/** The pool of one caller is empty, its limits are in force, and a request is answered. */
export async function poolSteadyState(target: Target, { caller, cluster, limits, hosts, ask }: EmptyPool): Promise<Check[]> {
  const admin = target.admin(caller)
  const proxy = `${caller.workload}'s proxy`
  const [enforced, threads] = await Promise.all([enforcedRule(admin, cluster), workers(admin)])
  const answer = await ask()
  const seen = await hostsOf(admin, cluster)
  return [
    ...(limits === undefined
      ? []
      : [
          equals(`limits in force in ${proxy}`, [limits.maxConnections, limits.maxPending], [enforced.maxConnections, enforced.maxPending]),
        ]),
    equals(`worker threads of ${proxy} (limits are exact with one)`, 1, threads),
    equals('hosts that take traffic', hosts, seen.filter(({ ejected }) => !ejected).length),
    equals('a single request is answered', 200, answer?.status),
    equals(
      'requests on their way',
      0,
      seen.reduce((sum, { active }) => sum + active, 0),
    ),
  ]
}
