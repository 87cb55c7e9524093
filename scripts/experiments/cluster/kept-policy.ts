import type { KubernetesObject } from '@kubernetes/client-node'
import type { PolicyObject } from '../core/policy-object.ts'

/** A policy in a cluster. */
export interface ClusterPolicyObject extends KubernetesObject {
  readonly spec: PolicyObject['spec']
}

/** Where an object that an experiment has changed keeps what it was: one write changes both, so a killed run loses nothing. */
const annotation = 'breakwater.dev/before-experiment'

interface Kept {
  /** Absent: there was no such object. */
  readonly spec?: PolicyObject['spec']
  /** Of the changed object. A later one is somebody else's work on it, which counts more than what was kept. */
  readonly generation: number
}

/**
 * What was removed stays as an object that rules nothing: istiod makes the same of it as of none. Of a VirtualService that is the route
 * that every host has without one.
 */
const nothingRuled: Readonly<Record<string, (spec: PolicyObject['spec']) => PolicyObject['spec']>> = {
  DestinationRule: ({ host }) => ({ host }),
  VirtualService: ({ hosts, gateways }) => {
    const [host, ...others] = hosts as string[]
    if (host === undefined || others.length > 0 || gateways !== undefined)
      throw new Error('a VirtualService of several hosts, or of a gateway, cannot be taken away; replace it')
    return { hosts, http: [{ route: [{ destination: { host } }] }] }
  },
  EnvoyFilter: ({ workloadSelector }) => ({ ...(workloadSelector !== undefined && { workloadSelector }), configPatches: [] }),
}

/**
 * @param to what it is replaced with; undefined removes it
 * @throws Error when an object of this kind cannot be there without ruling something
 */
export function overridden(inForce: ClusterPolicyObject, to: PolicyObject | undefined): ClusterPolicyObject {
  const { kind = '', metadata, spec } = inForce
  const earlier = keptIn(inForce)
  // Changed once more: what it was at first is kept.
  const original = earlier?.generation === metadata?.generation ? earlier : undefined
  const kept: Kept = { ...(original ?? { spec }), generation: (metadata?.generation ?? 0) + 1 }
  const annotations = { ...metadata?.annotations, [annotation]: JSON.stringify(kept) }
  const without = nothingRuled[kind]
  if (to === undefined && without === undefined)
    throw new Error(`in a cluster a ${kind} cannot be taken away without losing it; replace it`)
  return { ...inForce, metadata: { ...metadata, annotations }, spec: to?.spec ?? without?.(spec) ?? {} }
}

/** An object that was not there, with a note that it was not. */
export function created({ apiVersion, kind, spec }: PolicyObject, metadata: { name: string; namespace: string }): ClusterPolicyObject {
  const kept: Kept = { generation: 1 }
  return { apiVersion, kind, metadata: { ...metadata, annotations: { [annotation]: JSON.stringify(kept) } }, spec }
}

const keptIn = ({ metadata }: KubernetesObject): Kept | undefined => {
  const text = metadata?.annotations?.[annotation]
  return text === undefined ? undefined : (JSON.parse(text) as Kept)
}

export const isOverridden = ({ metadata }: KubernetesObject): boolean => metadata?.annotations?.[annotation] !== undefined

/** An object that keeps nothing is returned as it is; undefined: it is to be deleted, as it was not there before. */
export function restored(object: ClusterPolicyObject): ClusterPolicyObject | undefined {
  const { [annotation]: text, ...annotations } = object.metadata?.annotations ?? {}
  if (text === undefined) return object
  const kept: Kept = JSON.parse(text)
  const isOurs = object.metadata?.generation === kept.generation
  if (isOurs && kept.spec === undefined) return undefined
  return { ...object, metadata: { ...object.metadata, annotations }, spec: isOurs ? (kept.spec ?? {}) : object.spec }
}
