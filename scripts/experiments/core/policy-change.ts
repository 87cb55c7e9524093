import { isDeepStrictEqual } from 'node:util'
import type { Replica } from '../../access/replica.ts'
import { poll } from '../../checks/poll.ts'
import { clusterConfig } from '../../envoy-admin/config.ts'
import { type Action, nothingToDo } from './action.ts'
import type { PolicyObject, Target } from './target.ts'

/** A cluster of a proxy that a policy change alters. */
export interface Affected {
  readonly proxy: Replica
  readonly cluster: string
}

/** Rendering, a file watch and a warm-up; a cluster's istiod pushes in about as long. */
const live = { timeoutMs: 20_000, everyMs: 50 }

/**
 * Replaces (or with `undefined` removes) an object in force and waits until the proxies live by it; the rollback waits likewise.
 * An object that is not in force needs no removal: nothing is changed. Both throw when a proxy does not follow in time.
 */
export async function changePolicy(
  target: Target,
  { kind, name, to, affected }: { kind: string; name: string; to: PolicyObject | undefined; affected: readonly Affected[] },
): Promise<Action> {
  const from = await target.policy(kind, name)
  if (isDeepStrictEqual(from, to)) return nothingToDo
  const before = await configs(target, affected)
  return {
    apply: async () => {
      await target.overridePolicy(kind, name, to)
      await until(target, affected, (now, index) => !isDeepStrictEqual(now, before[index]), `the changed ${kind} ${name}`)
    },
    rollback: async () => {
      await target.restorePolicy(kind, name)
      await until(target, affected, (now, index) => isDeepStrictEqual(now, before[index]), `the original ${kind} ${name}`)
    },
  }
}

/** Compared by value: istiod writes the entries of a map in any order. */
const configs = (target: Target, affected: readonly Affected[]): Promise<unknown[]> =>
  Promise.all(affected.map(({ proxy, cluster }) => clusterConfig(target.admin(proxy), cluster)))

async function until(target: Target, affected: readonly Affected[], accepted: (now: unknown, index: number) => boolean, what: string) {
  const last = await poll(
    () => configs(target, affected),
    (now) => now.every(accepted),
    live,
  )
  const late = affected.filter((_, index) => !accepted(last[index], index))
  if (late.length > 0)
    throw new Error(`${what} did not reach ${late.map(({ proxy }) => proxy.name).join(', ')} within ${live.timeoutMs / 1000} s`)
}
