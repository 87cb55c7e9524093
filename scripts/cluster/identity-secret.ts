import { ApiException, CoreV1Api, type KubeConfig } from '@kubernetes/client-node'
import { identity } from '../../services/shared/contracts/identity.ts'
import { namespace } from '../../services/shared/contracts/topology.ts'
import { newSecrets } from '../identity/new-secrets.ts'

const { secret: name } = identity

/** Makes the key and the tools' secret of the cluster's own issuer once; no manifest and no file ever holds them. @returns whether it did so now */
export async function ensureIdentitySecret(config: KubeConfig): Promise<boolean> {
  const core = config.makeApiClient(CoreV1Api)
  if (await read(core)) return false
  await core.createNamespacedSecret({ namespace, body: { metadata: { name }, stringData: await newSecrets() } })
  return true
}

/** Undefined where tokens come from somebody else's issuer. */
export async function readToolsSecret(core: CoreV1Api): Promise<string | undefined> {
  const text = (await read(core))?.data?.[identity.files.toolsSecret]
  return text === undefined ? undefined : Buffer.from(text, 'base64').toString()
}

async function read(core: CoreV1Api) {
  try {
    return await core.readNamespacedSecret({ name, namespace })
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined
    throw error
  }
}
