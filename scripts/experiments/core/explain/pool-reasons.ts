import type { Reason } from '../result.ts'
import type { ConnectionPool } from '../traffic-policy.ts'
import type { BlockInForce } from './block-in-force.ts'
import { httpVersion } from './http-version.ts'
import type { Situation } from './situation.ts'

/** Why a caller's proxy refused nothing, or not what the limits seem to say. */
export function poolReasons(situation: Situation, { value, field, overridden }: BlockInForce<'connectionPool'>): Reason[] {
  if (value === undefined) return overridden.length > 0 ? [] : [notDeclared(field)]
  const at = (name: string) => `${field}.${name}`
  const version = httpVersion(situation.port, value, situation.meshUpgradesToHttp2)
  if (version === 'none') return [noRequests(situation, field)]
  return [
    ...zeros(value, at),
    ...(version === 'HTTP/2' ? http1Limits(situation, value, at) : [...oneLimitAlone(value, at), ...requestsBindFirst(value, at)]),
    ...tooFewAtOnce(situation, value, version, field),
    ...inboundSide(situation, value, at),
  ]
}

type At = (name: string) => string

/** What limits one caller; Istio reads 0 as "unset", and unset is 2^32-1. */
const limitsOf = ({ tcp = {}, http = {} }: ConnectionPool) => ({
  connections: tcp.maxConnections || undefined,
  pending: http.http1MaxPendingRequests || undefined,
  requests: http.http2MaxRequests || undefined,
})

const notDeclared = (field: string): Reason => ({
  field,
  because: "no connectionPool is in force for these calls: Istio's limits are then 2^32-1, and nothing is ever refused.",
  wouldWork: 'connectionPool with tcp.maxConnections and http.http1MaxPendingRequests',
})

export const noRequests = ({ destination, port }: Situation, field: string): Reason => ({
  field,
  because: `port ${destination.port} (${port.appProtocol ?? port.name}) is not HTTP to Istio: the proxy passes bytes on, counts connections only, and answers no request itself.`,
  wouldWork: 'a port name that begins with http, http2 or grpc, or appProtocol, if it is HTTP',
})

/** Limits without which a pool of HTTP/1.1 is never full. */
export function missingLimits({ value = {}, field }: BlockInForce<'connectionPool'>): Reason[] {
  const { connections, pending, requests } = limitsOf(value)
  if (connections === undefined && pending === undefined && requests === undefined) return [notDeclared(field)]
  const unset = (name: string, what: string): Reason => ({
    field: `${field}.${name}`,
    because: 'it is unset, which is 2^32-1 to Istio: no number of requests fills the pool.',
    wouldWork: `${name}: ${what}`,
  })
  return [
    ...(connections === undefined ? [unset('tcp.maxConnections', 'the connections that one caller may have')] : []),
    ...(pending === undefined ? [unset('http.http1MaxPendingRequests', 'the requests that may wait for one')] : []),
  ]
}

function zeros({ tcp = {}, http = {} }: ConnectionPool, at: At): Reason[] {
  const fields = [
    ['tcp.maxConnections', tcp.maxConnections],
    ['http.http1MaxPendingRequests', http.http1MaxPendingRequests],
    ['http.http2MaxRequests', http.http2MaxRequests],
  ] as const
  return fields
    .filter(([, value]) => value === 0)
    .map(([name]) => ({
      field: at(name),
      because: '0 means unset to Istio, and unset is 2^32-1: there is no limit.',
      wouldWork: `${name}: 1, the smallest limit there is`,
    }))
}

/** HTTP/1.1 has one request on a connection; the others wait for one without end, or each gets its own. */
function oneLimitAlone(pool: ConnectionPool, at: At): Reason[] {
  const { connections, pending, requests } = limitsOf(pool)
  if (requests !== undefined || (connections === undefined) === (pending === undefined)) return []
  if (connections !== undefined)
    return [
      {
        field: at('http.http1MaxPendingRequests'),
        because: `maxConnections ${connections} lets ${connections} ${connections === 1 ? 'request' : 'requests'} through at once, and all others wait: without http1MaxPendingRequests 2^32-1 may, so that nothing is refused.`,
        wouldWork: `http1MaxPendingRequests: 1 (with maxConnections ${connections}: ${connections + 1} at once, the rest refused)`,
      },
    ]
  return [
    {
      field: at('tcp.maxConnections'),
      because: `http1MaxPendingRequests ${pending} limits requests that wait for a connection, and without maxConnections 2^32-1 may be opened: hardly any request waits.`,
      wouldWork: `maxConnections, beside http1MaxPendingRequests: ${pending}`,
    },
  ]
}

/** Its name says HTTP/2, and it holds for HTTP/1.1 as well. */
function requestsBindFirst(pool: ConnectionPool, at: At): Reason[] {
  const { connections = Number.POSITIVE_INFINITY, pending = Number.POSITIVE_INFINITY, requests } = limitsOf(pool)
  if (requests === undefined || requests >= connections) return []
  const other = connections === Number.POSITIVE_INFINITY ? (pending === Number.POSITIVE_INFINITY ? undefined : pending) : connections
  return other === undefined
    ? []
    : [
        {
          field: at('http.http2MaxRequests'),
          because: `it limits requests of HTTP/1.1, too: ${requests} at once, before ${connections === Number.POSITIVE_INFINITY ? `http1MaxPendingRequests ${pending}` : `maxConnections ${connections}`} is reached.`,
          wouldWork: `http2MaxRequests: ${other} or more, or none`,
        },
      ]
}

/** HTTP/2 has all requests on one connection to a host. @param at the full name of a field */
export function http1Limits(situation: Situation, pool: ConnectionPool, at: At): Reason[] {
  const { connections, pending, requests } = limitsOf(pool)
  const set = [
    connections !== undefined && `maxConnections ${connections}`,
    pending !== undefined && `http1MaxPendingRequests ${pending}`,
  ].filter((text) => text !== false)
  if (requests !== undefined || set.length === 0) return []
  return [
    {
      field: at('http.http2MaxRequests'),
      because: `${whyHttp2(situation, pool)}, and one HTTP/2 connection to a host carries all its requests: ${set.join(' and ')} ${set.length === 1 ? 'does' : 'do'} not limit them. http2MaxRequests is unset, which is 2^32-1.`,
      wouldWork: `http2MaxRequests: ${(connections ?? 0) + (pending ?? 0)}`,
    },
  ]
}

/** What makes the calls HTTP/2, where they are. */
export function whyHttp2({ destination, port }: Situation, { http = {} }: ConnectionPool): string {
  if (http.h2UpgradePolicy === 'UPGRADE') return 'h2UpgradePolicy is UPGRADE'
  const said = `port ${destination.port} is ${port.appProtocol ?? port.name}`
  return httpVersion(port) === 'HTTP/2' ? said : 'the mesh upgrades to HTTP/2'
}

function tooFewAtOnce(
  { seen: { atOncePerCaller } = {}, caller: { replicas } }: Situation,
  pool: ConnectionPool,
  version: string,
  field: string,
): Reason[] {
  const { connections, pending, requests } = limitsOf(pool)
  const most = version === 'HTTP/2' ? requests : connections !== undefined && pending !== undefined ? connections + pending : requests
  if (most === undefined || atOncePerCaller === undefined || atOncePerCaller > most) return []
  const sum =
    version === 'HTTP/2' || connections === undefined
      ? `http2MaxRequests ${most}`
      : `maxConnections ${connections} + http1MaxPendingRequests ${pending} = ${most}`
  const each = replicas > 1 ? `each of the ${replicas} callers has limits of its own, and one` : 'the caller'
  return [
    {
      field,
      because: `${each} had ${atOncePerCaller} requests at once: no more than ${sum}, so that there was nothing to refuse.`,
      wouldWork: `more than ${most} requests at once from each caller`,
    },
  ]
}

/** The rule limits the destination's own proxy as well, which does not tell callers apart (https://github.com/istio/istio/issues/37009). */
function inboundSide({ caller: { replicas }, hosts }: Situation, pool: ConnectionPool, at: At): Reason[] {
  const { connections, pending } = limitsOf(pool)
  if (connections === undefined || pending === undefined || replicas <= hosts) return []
  return [
    {
      field: at('tcp.maxConnections'),
      because: `the same limit holds at each destination's own proxy, for all callers together: ${replicas} callers may have ${replicas} × ${connections} = ${replicas * connections} connections, and ${hosts} ${hosts === 1 ? 'host takes' : 'hosts take'} ${hosts} × ${connections} = ${hosts * connections}. What it refuses looks like an error of the destination.`,
      wouldWork: `a Sidecar for the destination with inboundConnectionPool.tcp.maxConnections: ${Math.ceil((replicas * connections) / hosts)} or more`,
    },
  ]
}
