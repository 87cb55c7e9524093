import type { KubernetesObject } from '@kubernetes/client-node'
import { firstVersion } from '../../../services/shared/contracts/deployment.ts'
import { applySetLabel } from '../../../services/shared/contracts/topology.ts'
import { fieldManager } from './field-manager.ts'

/** All kinds that a deployment may remove. No namespaces, volumes, claims or Secrets: what is in them cannot be made again. */
export const prunableKinds = [
  { apiVersion: 'v1', kind: 'ServiceAccount' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  { apiVersion: 'batch/v1', kind: 'Job' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
  { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule' },
  { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' },
  { apiVersion: 'networking.istio.io/v1', kind: 'Gateway' },
  { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry' },
  { apiVersion: 'networking.istio.io/v1', kind: 'Sidecar' },
  { apiVersion: 'networking.istio.io/v1alpha3', kind: 'EnvoyFilter' },
  { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy' },
  { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication' },
  { apiVersion: 'telemetry.istio.io/v1', kind: 'Telemetry' },
] as const

interface Deployment extends KubernetesObject {
  readonly spec?: { readonly replicas?: number; readonly template?: { readonly metadata?: { readonly labels?: Record<string, string> } } }
}

/**
 * What was applied by us, belongs to a set that is deployed now, and is declared no longer.
 * @param found objects of prunable kinds in our namespaces
 * @param declared what is deployed now; sets of which it has nothing, such as a stage that was not asked for, keep what they have
 */
export function staleObjects(found: readonly KubernetesObject[], declared: readonly KubernetesObject[]): KubernetesObject[] {
  const sets = new Set(declared.flatMap((object) => setOf(object) ?? []))
  const names = new Set(declared.map(identity))
  return found.filter(
    (object) =>
      sets.has(setOf(object) ?? '') &&
      !names.has(identity(object)) &&
      isAppliedByUs(object) &&
      !object.metadata?.ownerReferences?.length &&
      !object.metadata?.deletionTimestamp &&
      !isRunningCanary(object),
  )
}

export const label = ({ kind, metadata }: KubernetesObject): string => `${kind}/${metadata?.name}`

const setOf = ({ metadata }: KubernetesObject): string | undefined => metadata?.labels?.[applySetLabel]
const identity = ({ kind, metadata }: KubernetesObject): string => [kind, metadata?.namespace, metadata?.name].join('/')

/** A copy that somebody made of an object of ours has its labels, but not this. */
const isAppliedByUs = ({ metadata }: KubernetesObject): boolean =>
  metadata?.managedFields?.some(({ manager, operation }) => manager === fieldManager && operation === 'Apply') ?? false

/** Customers are being served by it: `npx breakwater traffic split <service> off` ends it first. */
function isRunningCanary(object: KubernetesObject): boolean {
  const { kind, spec }: Deployment = object
  const version = spec?.template?.metadata?.labels?.version
  return kind === 'Deployment' && version !== undefined && version !== firstVersion && (spec?.replicas ?? 1) > 0
}
