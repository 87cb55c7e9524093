import { randomBytes } from 'node:crypto'
import { ApiException, CoreV1Api, type KubeConfig } from '@kubernetes/client-node'

/** The name that charts refer to. */
const name = 'order-history-database'

/**
 * Makes the Secret with the password of the cluster's own PostgreSQL once; no manifest and no file ever holds it.
 * @returns whether it was made now
 */
export async function ensureDatabaseSecret(config: KubeConfig, namespace: string): Promise<boolean> {
  const core = config.makeApiClient(CoreV1Api)
  try {
    await core.readNamespacedSecret({ name, namespace })
    return false
  } catch (error) {
    if (!(error instanceof ApiException) || error.code !== 404) throw error
  }
  const password = randomBytes(24).toString('base64url')
  const url = `postgres://breakwater:${password}@postgres.${namespace}.svc.cluster.local:5432/order_history`
  await core.createNamespacedSecret({ namespace, body: { metadata: { name }, stringData: { password, url } } })
  return true
}
