import { isDeepStrictEqual } from 'node:util'
import type { Replica } from '../../access/replica.ts'
import { poll } from '../../checks/poll.ts'
import { clusterConfig } from '../../envoy-admin/config.ts'
import { wholeConfig } from '../../envoy-admin/config-dump.ts'
import { type Action, nothingToDo } from './action.ts'
import type { PolicyObject, PolicyReference } from './policy-object.ts'
import type { Target } from './target.ts'

/** What of a proxy a policy change alters: one cluster (a DestinationRule), its routes (a VirtualService) or its listeners (filters, access). */
export type Affected = { readonly proxy: Replica } & ({ readonly cluster: string } | { readonly part: 'routes' | 'listeners' })

/** Rendering, a file watch and a warm-up; a cluster's istiod pushes in about as long. */
const live = { timeoutMs: 20_000, everyMs: 50 }

/**
 * Replaces an object, creates one, or with `undefined` removes it, and waits until the proxies live by it; the rollback waits likewise.
 * Nothing is changed when it is so already. Both throw when a proxy does not follow in time.
 * @param within a change that is in force already: the rollback goes back to it, and not to the original
 */
export async function changePolicy(
  target: Target,
  {
    to,
    affected,
    within = false,
    ...reference
  }: PolicyReference & { to: PolicyObject | undefined; affected: readonly Affected[]; within?: boolean },
): Promise<Action> {
  const from = await target.policy(reference)
  if (isDeepStrictEqual(from, to)) return nothingToDo
  const what = `${reference.kind} ${reference.name}`
  const before = await configs(target, affected)
  return {
    description: `the changed ${what}`,
    apply: async () => {
      await target.overridePolicy(reference, to)
      await until(target, affected, (now, index) => !isDeepStrictEqual(now, before[index]), `the changed ${what}`)
    },
    rollback: async () => {
      await (within ? target.overridePolicy(reference, from) : target.restorePolicy(reference))
      await until(target, affected, (now, index) => isDeepStrictEqual(now, before[index]), `the original ${what}`)
    },
  }
}

/** Compared by value: istiod writes the entries of a map in any order. */
const configs = (target: Target, affected: readonly Affected[]): Promise<unknown[]> =>
  Promise.all(
    affected.map(async (one) => {
      const admin = target.admin(one.proxy)
      if ('cluster' in one) return clusterConfig(admin, one.cluster)
      return byName((await wholeConfig(admin))[one.part])
    }),
  )

const byName = (parts: readonly unknown[]): Record<string, unknown> =>
  Object.fromEntries(parts.map((part) => [(part as { name?: string }).name ?? '', part]))

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
