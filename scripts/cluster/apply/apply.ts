import { setTimeout as delay } from 'node:timers/promises'
import { ApiException, type KubernetesObject, type KubernetesObjectApi, PatchStrategy } from '@kubernetes/client-node'
import pMap, { pMapSkip } from 'p-map'
import { ClusterError } from '../cluster-error.ts'
import { serverReason } from '../server-reason.ts'
import { fieldManager } from './field-manager.ts'
import { label } from './stale-objects.ts'

/** Requests to the API server under way at once. */
const atOnce = 8
/** A Job's pods have 30 s to end. */
const goneWithinMs = 60_000

/**
 * Server-side apply: the server merges, and says which fields somebody else owns; ours win.
 * @returns the names of the objects that the server changed, `Kind/name`
 * @throws ClusterError with the server's reason when an object is refused
 */
export async function applyObjects(api: KubernetesObjectApi, objects: readonly KubernetesObject[]): Promise<string[]> {
  const runsPods = ({ kind = '' }: KubernetesObject) => ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'].includes(kind)
  // Pods need the ServiceAccounts, claims and rules beside them: a controller that finds none waits ever longer.
  const first = await applyTogether(
    api,
    objects.filter((object) => !runsPods(object)),
  )
  return [...first, ...(await applyTogether(api, objects.filter(runsPods)))]
}

const applyTogether = (api: KubernetesObjectApi, objects: readonly KubernetesObject[]): Promise<string[]> =>
  pMap(objects, async (object) => ((await applyObject(api, object)) ? label(object) : pMapSkip), { concurrency: atOnce })

async function applyObject(api: KubernetesObjectApi, object: KubernetesObject): Promise<boolean> {
  const before = await resourceVersion(api, object)
  try {
    const after = await patch(api, object).catch(async (error: unknown) => {
      // A Job's pod template cannot be changed: it ran, so it makes room for its successor.
      if (object.kind !== 'Job' || !(error instanceof ApiException) || error.code !== 422) throw error
      await api.delete(object, undefined, undefined, 0, undefined, 'Foreground')
      await gone(api, object)
      return patch(api, object)
    })
    return after.metadata?.resourceVersion !== before
  } catch (error) {
    if (!(error instanceof ApiException)) throw error
    throw new ClusterError(`The API server refused ${label(object)}: ${serverReason(error)}`)
  }
}

async function gone(api: KubernetesObjectApi, object: KubernetesObject): Promise<void> {
  const until = Date.now() + goneWithinMs
  while (await resourceVersion(api, object)) {
    if (Date.now() > until) {
      const { namespace, name } = object.metadata ?? {}
      throw new ClusterError(
        `${label(object)} makes room for its successor, but is still there after ${goneWithinMs / 1000} s: kubectl -n ${namespace} get pods -l job-name=${name} tells what keeps it.`,
      )
    }
    await delay(200)
  }
}

const patch = (api: KubernetesObjectApi, object: KubernetesObject): Promise<KubernetesObject> =>
  api.patch(object, undefined, undefined, fieldManager, true, PatchStrategy.ServerSideApply)

async function resourceVersion(api: KubernetesObjectApi, object: KubernetesObject): Promise<string | undefined> {
  const { apiVersion = '', kind = '', metadata } = object
  const { name = '', namespace } = metadata ?? {}
  try {
    const found = await api.read({ apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } })
    return found.metadata?.resourceVersion
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined
    throw error
  }
}
