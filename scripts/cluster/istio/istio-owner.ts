import { AdmissionregistrationV1Api, ApiException, AppsV1Api, CoreV1Api, type KubeConfig, type V1Namespace } from '@kubernetes/client-node'

export const istioNamespace = 'istio-system'
/** On the namespace: which profile we installed, so that an unchanged one is not installed again; empty while an installation is under way. */
export const profileAnnotation = 'breakwater.dev/istio-profile'
/** On the namespace: somebody else's Istio, which we were allowed to change. */
export const adoptedAnnotation = 'breakwater.dev/istio-adopted'
/** On the namespace: we made it. */
export const madeAnnotation = 'breakwater.dev/made'

/** Who installed the Istio of a cluster. */
export type IstioOwner = 'nobody' | 'us' | 'adopted' | 'somebody else'

/** What a cluster shows of Istio. */
export interface FoundIstio {
  /** Of the namespace; absent when there is none. */
  readonly annotations?: Readonly<Record<string, string>>
  /** Control planes, `namespace/name` of their Deployments. */
  readonly controlPlanes: readonly string[]
  /** Webhooks that put sidecars into pods, also of a control plane that runs elsewhere. */
  readonly injectors: readonly string[]
}

/** The mark decides; without one, whatever there is of Istio is somebody else's. */
export function istioOwner({ annotations = {}, controlPlanes, injectors }: FoundIstio): IstioOwner {
  if (annotations[adoptedAnnotation] !== undefined) return 'adopted'
  if (annotations[profileAnnotation] !== undefined) return 'us'
  return controlPlanes.length + injectors.length > 0 ? 'somebody else' : 'nobody'
}

/** Ours is the only control plane, so whatever Istio has in the cluster belongs to it. */
export const isAlone = ({ controlPlanes }: FoundIstio): boolean => controlPlanes.every((name) => name === `${istioNamespace}/istiod`)

export async function findIstio(config: KubeConfig): Promise<FoundIstio> {
  const [namespace, planes, webhooks] = await Promise.all([
    readNamespace(config),
    config.makeApiClient(AppsV1Api).listDeploymentForAllNamespaces({ labelSelector: 'app=istiod' }),
    config.makeApiClient(AdmissionregistrationV1Api).listMutatingWebhookConfiguration({ labelSelector: 'app=sidecar-injector' }),
  ])
  return {
    ...(namespace && { annotations: namespace.metadata?.annotations ?? {} }),
    controlPlanes: planes.items.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`),
    injectors: webhooks.items.map(({ metadata }) => metadata?.name ?? ''),
  }
}

async function readNamespace(config: KubeConfig): Promise<V1Namespace | undefined> {
  try {
    return await config.makeApiClient(CoreV1Api).readNamespace({ name: istioNamespace })
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined
    throw error
  }
}
