import type { TrafficPolicy } from '../destination-rule.ts'
import type { PolicyObject } from '../policy-object.ts'
import { namespaceOf, resolvedHost, titleOf } from './host.ts'

/** A policy with `portLevelSettings`, each of which replaces the whole of it for one port. */
interface LayeredPolicy extends TrafficPolicy {
  readonly portLevelSettings?: readonly (TrafficPolicy & { readonly port?: { readonly number?: number } })[]
}

/** What decides of a DestinationRule which calls it is for, and the policies in it. */
interface LayeredRule {
  readonly host: string
  readonly exportTo?: readonly string[]
  readonly workloadSelector?: { readonly matchLabels?: Readonly<Record<string, string>> }
  readonly trafficPolicy?: LayeredPolicy
  readonly subsets?: readonly { readonly name: string; readonly trafficPolicy?: LayeredPolicy }[]
}

export const specOf = (rule: PolicyObject): LayeredRule => rule.spec as unknown as LayeredRule

/** The service, or the wildcard, that a DestinationRule is for. */
export const hostOf = (rule: PolicyObject): string => resolvedHost(specOf(rule).host, namespaceOf(rule))

/** One of the places of a rule at which a policy is written; without `port` and `subset` for all calls. */
export interface Layer {
  readonly rule: PolicyObject
  /** `DestinationRule shop/reviews: spec.subsets[v1].trafficPolicy` */
  readonly field: string
  readonly policy: TrafficPolicy
  readonly subset?: string
  readonly port?: number
}

/** A rule → its policies, in the order in which later ones override earlier ones. */
export function layersOf(rule: PolicyObject): Layer[] {
  const { trafficPolicy, subsets = [] } = specOf(rule)
  return [
    ...withPorts({ rule, field: `${titleOf(rule)}: spec.trafficPolicy` }, trafficPolicy),
    ...subsets.flatMap(({ name, trafficPolicy: ofSubset }) =>
      withPorts({ rule, subset: name, field: `${titleOf(rule)}: spec.subsets[${name}].trafficPolicy` }, ofSubset),
    ),
  ]
}

function withPorts(at: Omit<Layer, 'policy' | 'port'>, policy: LayeredPolicy | undefined): Layer[] {
  if (policy === undefined) return []
  const ports = (policy.portLevelSettings ?? []).flatMap((ofPort) => {
    const port = ofPort.port?.number
    return port === undefined ? [] : [{ ...at, field: `${at.field}.portLevelSettings[${port}]`, policy: ofPort, port }]
  })
  return [{ ...at, policy }, ...ports]
}
