import type { PolicyObject } from '../policy-object.ts'
import type { BlockName, TrafficPolicy } from '../traffic-policy.ts'
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
  readonly subsets?: readonly {
    readonly name: string
    readonly labels?: Readonly<Record<string, string>>
    readonly trafficPolicy?: LayeredPolicy
  }[]
}

export const specOf = (rule: PolicyObject): LayeredRule => rule.spec as unknown as LayeredRule

/** The service, or the wildcard, that a DestinationRule is for. */
export const hostOf = (rule: PolicyObject): string => resolvedHost(specOf(rule).host, namespaceOf(rule))

/** One of the places of a rule at which a policy is written; without `port` and `subset` for all calls. */
export interface Layer {
  readonly rule: PolicyObject
  /** `spec.subsets[v1].trafficPolicy`, and with the rule before it: `DestinationRule shop/reviews: spec.subsets[v1].trafficPolicy` */
  readonly path: string
  readonly field: string
  readonly policy: TrafficPolicy
  readonly subset?: string
  readonly port?: number
}

/** Which calls a block is asked for: a subset is one that a route sends them to. */
export interface Calls {
  readonly port: number
  readonly subset?: string | undefined
}

/** A rule → its policies, in the order in which later ones override earlier ones. */
export function layersOf(rule: PolicyObject): Layer[] {
  const { trafficPolicy, subsets = [] } = specOf(rule)
  return [
    ...withPorts({ rule, path: 'spec.trafficPolicy' }, trafficPolicy),
    ...subsets.flatMap(({ name, trafficPolicy: ofSubset }) =>
      withPorts({ rule, subset: name, path: `spec.subsets[${name}].trafficPolicy` }, ofSubset),
    ),
  ]
}

function withPorts(at: Pick<Layer, 'rule' | 'path' | 'subset'>, policy: LayeredPolicy | undefined): Layer[] {
  if (policy === undefined) return []
  const layer = (path: string, ofIt: TrafficPolicy): Layer => ({ ...at, path, field: `${titleOf(at.rule)}: ${path}`, policy: ofIt })
  const ports = (policy.portLevelSettings ?? []).flatMap((ofPort) => {
    const port = ofPort.port?.number
    return port === undefined ? [] : [{ ...layer(`${at.path}.portLevelSettings[${port}]`, ofPort), port }]
  })
  return [layer(at.path, policy), ...ports]
}

/** The layer that decides about a block, as Istio merges them (istio/istio `pilot/pkg/networking/util/util.go` MergeSubsetTrafficPolicy). */
export const layerInForce = (name: BlockName, layers: readonly Layer[], calls: Calls): Layer | undefined =>
  layers.filter((layer) => isFor(layer, calls)).reduce<Layer | undefined>(overriding(name), undefined)

const isFor = ({ port, subset }: Layer, calls: Calls): boolean =>
  (port === undefined || port === calls.port) && (subset === undefined || subset === calls.subset)

/** A port's policy takes nothing over that it does not say itself; a subset's replaces the blocks that it has. */
const overriding =
  (name: BlockName) =>
  (before: Layer | undefined, layer: Layer): Layer =>
    before === undefined || layer.port !== undefined || layer.policy[name] !== undefined ? layer : before

/** What a port without any policy says to Istio, which refuses an empty one: Istio's own default. */
const nothingElse = { loadBalancer: { simple: 'LEAST_REQUEST' } }

/** The same rule with each of its policies changed. Where nothing is left in one there is none: Istio refuses an empty one. */
export function withPolicies(
  rule: PolicyObject,
  change: (policy: TrafficPolicy, at: Pick<Layer, 'port' | 'subset'>) => TrafficPolicy,
): PolicyObject {
  const changed = (policy: LayeredPolicy = {}, subset?: string): { trafficPolicy?: LayeredPolicy } => {
    const { portLevelSettings, ...own } = policy
    const at = subset === undefined ? {} : { subset }
    const ports = portLevelSettings?.map(({ port, ...ofPort }) => {
      const left = change(ofPort, { ...at, ...(port?.number !== undefined && { port: port.number }) })
      return { port, ...(isEmpty(left) ? nothingElse : left) }
    })
    const all = { ...change(own, at), ...(ports && { portLevelSettings: ports }) }
    return isEmpty(all) ? {} : { trafficPolicy: all as LayeredPolicy }
  }
  const { trafficPolicy, subsets, ...spec } = specOf(rule)
  return {
    ...rule,
    spec: {
      ...spec,
      ...changed(trafficPolicy),
      ...(subsets && {
        subsets: subsets.map(({ trafficPolicy: ofSubset, ...subset }) => ({ ...subset, ...(ofSubset && changed(ofSubset, subset.name)) })),
      }),
    },
  }
}

const isEmpty = (policy: object): boolean => Object.keys(policy).length === 0
