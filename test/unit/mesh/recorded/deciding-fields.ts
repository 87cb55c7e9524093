import type { Json } from '../../../../mesh/envoy/input.ts'

/** A field that both sides may say differently, and why no request notices. Everything that is not listed must be equal. */
interface Exclusion {
  /** Of a cluster, a virtual host, a route or a route's action; never of what is inside these. */
  readonly field: string
  readonly reason: string
}

export const exclusions: readonly Exclusion[] = [
  { field: '@type', reason: 'of the resource itself: an xDS file must say it, istioctl leaves it out' },
  { field: 'metadata', reason: 'which resource it was made from' },
  { field: 'transport_socket_matches', reason: "mTLS: the laptop's sidecars carry no identities" },
  { field: 'eds_cluster_config', reason: 'where endpoints are read from: a file there, istiod here' },
  { field: 'load_assignment', reason: 'the app beside the proxy, by its address there; by the original destination here' },
  { field: 'upstream_bind_config', reason: "keeps the pod's redirection from catching the proxy itself; there is none on a laptop" },
  { field: 'cleanup_interval', reason: 'of original destinations, see load_assignment' },
  { field: 'decorator', reason: "name of a trace's span" },
  { field: 'max_grpc_timeout', reason: 'always 0 s, read for gRPC only, which the shop does not speak' },
]

/** Of the inbound cluster only: how it finds the app differs as `load_assignment` says, its policy does not. */
export const inboundExclusions: readonly Exclusion[] = [
  { field: 'type', reason: 'STATIC or ORIGINAL_DST, see load_assignment' },
  { field: 'lb_policy', reason: 'one host' },
  { field: 'common_lb_config', reason: 'one host' },
]

/** `0.500s` and `0.5s` are one duration. */
const seconds = (_: string, value: unknown): unknown =>
  typeof value === 'string' && /^\d+\.\d+s$/.test(value) ? `${Number(value.slice(0, -1))}s` : value

/** What protobuf's JSON form leaves out because it is the default of its field, or writes as text because it has 64 bits. */
const sameInProtobuf: readonly ((field: string, value: unknown) => unknown)[] = [
  (field, value) => (field === 'healthy_panic_threshold' && isObject(value) && value.value === 0 ? {} : value),
  (field, value) => (field === 'host_selection_retry_max_attempts' ? String(value) : value),
  (field, value) => (field === 'lb_policy' && value === 'ROUND_ROBIN' ? undefined : value),
  (field, value) => (field === 'append_action' && value === 'APPEND_IF_EXISTS_OR_ADD' ? undefined : value),
  seconds,
]

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A resource with only those fields that decide what happens to a request, in one form for both sides. */
export function deciding(resource: Json, more: readonly Exclusion[] = []): Json {
  const excluded = new Set([...exclusions, ...more].map(({ field }) => field))
  const top = Object.entries(resource).filter(([field]) => !excluded.has(field))
  return Object.fromEntries(top.flatMap(([field, value]) => entry(field, value)))
}

function entry(field: string, value: unknown): [string, unknown][] {
  const same = sameInProtobuf.reduce((now, form) => form(field, now), value)
  return same === undefined ? [] : [[field, nested(same)]]
}

function nested(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nested)
  return isObject(value) ? Object.fromEntries(Object.entries(value).flatMap(([field, part]) => entry(field, part))) : value
}
