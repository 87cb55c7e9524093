import { ApiException, type KubernetesObject, type KubernetesObjectApi } from '@kubernetes/client-node'
import { poll } from '../../checks/poll.ts'
import type { Action } from '../core/action.ts'
import type { OrphanedFault } from '../core/target.ts'
import { unlessGone } from './cluster-policy.ts'
import { versionOf } from './istio-kinds.ts'

const kind = 'EnvoyFilter'
/** Of what is in a cluster only while an experiment runs, so that what a killed run leaves is found. */
export const temporaryLabel = { 'experiment.breakwater.dev/temporary': 'true' } as const

export interface TemporaryFilter {
  readonly namespace: string
  readonly name: string
  readonly spec: object
  /** Whether the proxies live by it. */
  readonly inForce: () => Promise<readonly boolean[]>
}

/** istiod pushes within a second; a busy one takes longer. */
const live = { timeoutMs: 30_000, everyMs: 200 }

export const temporaryFilterObject = ({ namespace, name, spec }: Pick<TemporaryFilter, 'namespace' | 'name' | 'spec'>) => ({
  apiVersion: versionOf(kind),
  kind,
  metadata: { namespace, name, labels: temporaryLabel, annotations: { 'galley.istio.io/analyze-suppress': 'IST0133' } },
  spec,
})

/**
 * An EnvoyFilter that is there until it is rolled back; both wait until the proxies live by it.
 * @throws (from `apply`) Error when there is one of that name that is not ours, or when a proxy does not take it in time
 */
export function temporaryFilter(api: KubernetesObjectApi, filter: TemporaryFilter): Action {
  const { namespace, name, inForce } = filter
  const object = temporaryFilterObject(filter)
  const description = `EnvoyFilter ${namespace}/${name}`
  return {
    description,
    apply: async () => {
      await api.create(object).catch((error: unknown) => {
        if (!(error instanceof ApiException && error.code === 409)) throw error
        throw new Error(`${namespace} has an EnvoyFilter ${name} already, and it is not of this run: look at it, and remove it`)
      })
      const taken = await poll(inForce, (all) => all.every(Boolean), live)
      if (!taken.every(Boolean)) throw new Error(`the proxies have not taken ${description} within ${live.timeoutMs / 1000} s`)
    },
    rollback: async () => {
      await removeOurs(api, object)
      const taken = await poll(inForce, (all) => !all.some(Boolean), live)
      if (taken.some(Boolean)) throw new Error(`the proxies still live by it after ${live.timeoutMs / 1000} s`)
    },
  }
}

/** A stranger's object of that name is left alone; one that is gone needs nothing. */
async function removeOurs(api: KubernetesObjectApi, object: KubernetesObject): Promise<void> {
  const { apiVersion = '', metadata: { name = '', namespace = '' } = {} } = object
  const found = await api.read({ apiVersion, kind, metadata: { name, namespace } }).catch(unlessGone)
  if (found !== undefined && isTemporary(found)) await api.delete(object).catch(unlessGone)
}

export const isTemporary = ({ metadata }: KubernetesObject): boolean =>
  Object.entries(temporaryLabel).every(([key, value]) => metadata?.labels?.[key] === value)

/** Those that a killed run has left. */
export async function leftFilters(api: KubernetesObjectApi, namespaces: readonly string[]): Promise<OrphanedFault[]> {
  const lists = await Promise.all(namespaces.map((namespace) => api.list(versionOf(kind), kind, namespace)))
  return lists
    .flatMap(({ items }) => items)
    .filter(isTemporary)
    .map(({ metadata: { name = '', namespace = '' } = {} }) => ({
      description: `EnvoyFilter ${namespace}/${name}`,
      remove: () => removeOurs(api, { apiVersion: versionOf(kind), kind, metadata: { name, namespace } }),
    }))
}
