import { randomBytes } from 'node:crypto'
import { ApiException, CoreV1Api, type KubeConfig, type V1Secret } from '@kubernetes/client-node'
import { readModelDatabase, storePorts } from '../../services/shared/contracts/deployment.ts'
import { namespace } from '../../services/shared/contracts/topology.ts'

const { secret: databaseSecret, user, name: database } = readModelDatabase

/**
 * Makes the password of the cluster's own PostgreSQL once; no manifest and no file ever holds it.
 * The store's namespace has a Secret with the `password`, the shop's one with the `url`.
 * @param storeNamespace where PostgreSQL runs
 * @returns whether anything was made now
 */
export async function ensureDatabaseSecret(config: KubeConfig, storeNamespace: string): Promise<boolean> {
  const core = config.makeApiClient(CoreV1Api)
  const known = await read(core, storeNamespace)
  // A URL without its password has lost its database: both begin anew.
  if (known && (await read(core, namespace))) return false
  const { password: kept } = known?.data ?? {}
  const password = kept ? Buffer.from(kept, 'base64').toString() : randomBytes(24).toString('base64url')
  const url = `postgres://${user}:${password}@postgres.${storeNamespace}.svc.cluster.local:${storePorts.postgres}/${database}`
  if (!known) await write(core, storeNamespace, { password })
  await write(core, namespace, { url })
  return true
}

async function read(core: CoreV1Api, inNamespace: string): Promise<V1Secret | undefined> {
  try {
    return await core.readNamespacedSecret({ name: databaseSecret, namespace: inNamespace })
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined
    throw error
  }
}

async function write(core: CoreV1Api, inNamespace: string, stringData: Record<string, string>): Promise<void> {
  const body = { metadata: { name: databaseSecret }, stringData }
  if (await read(core, inNamespace)) await core.replaceNamespacedSecret({ name: databaseSecret, namespace: inNamespace, body })
  else await core.createNamespacedSecret({ namespace: inNamespace, body })
}
