import type { Json } from './input.ts'
import { augmented, distance, isIn, localityNameOf, localityOf, parseLocality, renderLocality } from './locality.ts'
import type { LabelledInstance } from './registry.ts'
import type { TrafficPolicy } from './resources/destination-rule.ts'
import type { LocalityLbSetting } from './resources/locality-lb-setting.ts'

/** Endpoints of one place, as a caller's proxy balances over them. */
interface Group {
  readonly members: readonly LabelledInstance[]
  /** Name of their place, empty when they have none. */
  readonly place: string
  /** Lower ones get nothing while those before are healthy enough. */
  readonly priority: number
  /** Share of its priority, relative to the others' of it. */
  readonly weight: number
}

/**
 * Endpoints of a cluster in the order and with the shares in which one caller uses them, as istiod orders them
 * (istio/istio `pilot/pkg/networking/core/loadbalancer/loadbalancer.go`, release 1.31).
 * Istio prefers a caller's own zone without being asked, as soon as there is an ejection: without one Envoy would never leave it.
 * @param proxy labels of the caller's pod
 */
export function localityEndpoints(
  instances: readonly LabelledInstance[],
  { loadBalancer, outlierDetection }: TrafficPolicy,
  proxy: Readonly<Record<string, string>>,
): Json[] {
  const groups = byPlace(instances)
  const setting = loadBalancer?.localityLbSetting ?? {}
  const nowhere = groups.every(({ place }) => place === '')
  if (nowhere && !isWeighted(setting, outlierDetection !== undefined)) return [{ lb_endpoints: instances.map(lbEndpoint) }]
  return ordered(groups, setting, outlierDetection !== undefined, proxy).map(({ members, place, priority, weight }) => ({
    ...(place && { locality: renderLocality(parseLocality(place)) }),
    lb_endpoints: members.map(lbEndpoint),
    load_balancing_weight: weight,
    ...(priority > 0 && { priority }),
  }))
}

/** Whether Envoy is to look at the weights of places. By itself it would not, and `LEAST_REQUEST` is then over all hosts. */
export const isWeighted = (
  { enabled, distribute = [], failover = [], failoverPriority = [] }: LocalityLbSetting,
  ejects: boolean,
): boolean => enabled !== false && (distribute.length > 0 || (ejects && failover.length + failoverPriority.length > 0))

export const lbEndpoint = ({ host, inboundPort }: Pick<LabelledInstance, 'host' | 'inboundPort'>): Json => ({
  endpoint: { address: { socket_address: { address: host, port_value: inboundPort } } },
})

const byPlace = (instances: readonly LabelledInstance[]): Group[] =>
  [...Map.groupBy(instances, ({ labels }) => localityNameOf(labels))]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([place, members]) => ({ place, members, priority: 0, weight: members.length }))

function ordered(
  groups: readonly Group[],
  { enabled, distribute = [], failover = [], failoverPriority = [] }: LocalityLbSetting,
  ejects: boolean,
  proxy: Readonly<Record<string, string>>,
): readonly Group[] {
  if (enabled === false) return groups
  if (distribute.length > 0) return distributed(groups, distribute, proxy)
  if (!ejects) return groups
  if (failoverPriority.length === 0) return byDistance(groups, failover, proxy)
  const prioritized = byLabels(groups, failoverPriority, proxy)
  return failover.length > 0 ? byDistance(prioritized, failover, proxy) : prioritized
}

/** Shares of 100 a place; places that are not named get no requests. The first entry that the caller is in decides. */
function distributed(
  groups: readonly Group[],
  distribute: NonNullable<LocalityLbSetting['distribute']>,
  proxy: Readonly<Record<string, string>>,
): readonly Group[] {
  const own = localityOf(proxy)
  const entry = distribute.find(({ from = '' }) => isIn(own, from))
  if (!entry) return groups
  const shares = Object.entries(entry.to ?? {})
  const targetOf = ({ place }: Group) => shares.find(([target]) => isIn(parseLocality(place), target))
  return groups.map((group) => {
    const target = targetOf(group)
    if (!target) return { ...group, members: [] }
    const [, share] = target
    const total = groups.filter((other) => targetOf(other) === target).reduce((sum, { weight }) => sum + weight, 0)
    return { ...group, weight: Math.ceil((group.weight * share) / total) }
  })
}

/** The same place first, then the same zone, the same region, the region that `failover` names, and any other. */
function byDistance(
  groups: readonly Group[],
  failover: NonNullable<LocalityLbSetting['failover']>,
  proxy: Readonly<Record<string, string>>,
): Group[] {
  const own = localityOf(proxy)
  const next = failover.find(({ from }) => from === own.region)
  return withoutGaps(
    groups.map((group) => {
      const theirs = parseLocality(group.place)
      const far = distance(own, theirs)
      const last = far === 3 && next !== undefined && theirs.region !== next.to
      return { ...group, priority: group.priority * 5 + (last ? 4 : far) }
    }),
  )
}

/** The more of the labels, from the first on, an endpoint shares with the caller, the earlier it is used. `label=value` compares with the value. */
function byLabels(groups: readonly Group[], labels: readonly string[], proxy: Readonly<Record<string, string>>): Group[] {
  const own = augmented(proxy)
  const wanted = labels.map((text): [string, string | undefined] => {
    const [label = '', value] = text.split('=')
    return [label, value ?? own[label]]
  })
  const priorityOf = ({ labels: theirs }: LabelledInstance): number => {
    const all = augmented(theirs)
    const first = wanted.findIndex(([label, value]) => (value ?? '') !== (all[label] ?? ''))
    return first < 0 ? 0 : labels.length - first
  }
  return withoutGaps(
    groups.flatMap(({ members, place }) =>
      [...Map.groupBy(members, priorityOf)]
        .toSorted(([a], [b]) => a - b)
        .map(([priority, some]) => ({ place, members: some, priority, weight: some.length })),
    ),
  )
}

/** Envoy refuses a priority that leaves one out. */
function withoutGaps(groups: readonly Group[]): Group[] {
  const priorities = [...new Set(groups.map(({ priority }) => priority))].toSorted((a, b) => a - b)
  return groups.map((group) => ({ ...group, priority: priorities.indexOf(group.priority) }))
}
