import type { KubernetesObject } from '@kubernetes/client-node'
import type { PolicyObject } from '../../../core/policy-object.ts'

/** A policy in a cluster. */
export interface ClusterPolicyObject extends KubernetesObject {
  readonly spec: PolicyObject['spec']
}

/** Where an object that an experiment has changed keeps what it was: one write changes both, so a killed run loses nothing. */
const annotation = 'breakwater.dev/before-experiment'

interface Kept {
  readonly spec: PolicyObject['spec']
  /** Of the changed object. A later one is somebody else's work on it, which counts more than what was kept. */
  readonly generation: number
}

/** What was removed stays as a rule that names its host and rules nothing: istiod makes the same of it as of none. */
const nothingRuled = ({ host }: PolicyObject['spec']): PolicyObject['spec'] => ({ host })

/** @param to what it is replaced with; undefined removes it */
export function overridden(inForce: ClusterPolicyObject, to: PolicyObject | undefined): ClusterPolicyObject {
  const { metadata, spec } = inForce
  const kept: Kept = { spec, generation: (metadata?.generation ?? 0) + 1 }
  const annotations = { ...metadata?.annotations, [annotation]: JSON.stringify(kept) }
  return { ...inForce, metadata: { ...metadata, annotations }, spec: to?.spec ?? nothingRuled(spec) }
}

export const isOverridden = ({ metadata }: KubernetesObject): boolean => metadata?.annotations?.[annotation] !== undefined

/** An object that keeps nothing is returned as it is. */
export function restored(object: ClusterPolicyObject): ClusterPolicyObject {
  const { [annotation]: text, ...annotations } = object.metadata?.annotations ?? {}
  if (text === undefined) return object
  const kept: Kept = JSON.parse(text)
  const isOurs = object.metadata?.generation === kept.generation
  return { ...object, metadata: { ...object.metadata, annotations }, spec: isOurs ? kept.spec : object.spec }
}
