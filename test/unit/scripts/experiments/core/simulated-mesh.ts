import { setTimeout as delay } from 'node:timers/promises'
import type { Host, Replica } from '../../../../../scripts/access/replica.ts'
import type { Admin } from '../../../../../scripts/envoy-admin/admin.ts'
import { outboundCluster } from '../../../../../scripts/experiments/core/destination.ts'
import type { Target } from '../../../../../scripts/experiments/core/target.ts'
import type { Traffic } from '../../../../../scripts/experiments/core/traffic.ts'
import { fakeTarget } from './fake-target.ts'

export const destination = { namespace: 'books', service: 'reviews', port: 9080 }

/** How one caller's proxy ejects. */
interface Breaker {
  /** Failures in a row; undefined: it never ejects. */
  readonly after?: number
  readonly baseMs: number
  /** Whether it goes on sending to whom it has ejected. */
  readonly leaky?: boolean
  /** Hosts that it lets be out at the same time; all when absent. */
  readonly mostOut?: number
  /** Whether each ejection in a row lasts one base time longer, until a sweep finds the host well. */
  readonly longer?: boolean
}

const sweepMs = 1_000

const answersWithinMs = 5

interface Known {
  requests: number
  failed: number
  inARow: number
  ejectedUntil: number
  /** Ejections in a row. */
  times: number
}

/** Callers whose proxies eject as they are told to, three hosts with a fault filter, and what the admin interfaces of all say of it. */
export function simulatedMesh(breakers: readonly Breaker[]): { target: Target; traffic: Traffic; stray(caller: number): void } {
  const hosts: Host[] = [0, 1, 2].map((n) => ({
    namespace: 'books',
    workload: 'reviews',
    name: `reviews-${n}`,
    address: `10.0.0.${n}:9080`,
    targetPort: 9080,
  }))
  const broken = new Set<string>()
  const inbound = new Map(hosts.map(({ name }) => [name, 0]))
  const proxies = breakers.map((breaker, n) => {
    const known = new Map(
      hosts.map(({ name }): [string, Known] => [name, { requests: 0, failed: 0, inARow: 0, ejectedUntil: 0, times: 0 }]),
    )
    return {
      replica: { namespace: 'books', workload: 'productpage', name: `productpage-${n}` },
      breaker,
      known,
      turn: 0,
      ejections: 0,
      overflow: 0,
      retries: 0,
    }
  })
  type Proxy = (typeof proxies)[number]

  const next = (proxy: Proxy, not?: string): string => {
    const isOut = ({ name }: Replica) => (proxy.known.get(name)?.ejectedUntil ?? 0) > performance.now()
    const open = hosts.filter((host) => host.name !== not && (proxy.breaker.leaky === true || !isOut(host)))
    proxy.turn += 1
    return open[proxy.turn % open.length]?.name ?? ''
  }
  const ask = (proxy: Proxy, name: string): boolean => {
    const seen = proxy.known.get(name) as Known
    seen.requests += 1
    inbound.set(name, (inbound.get(name) ?? 0) + 1)
    if (!broken.has(name)) {
      seen.inARow = 0
      return true
    }
    seen.failed += 1
    seen.inARow += 1
    if (proxy.breaker.after !== undefined && seen.inARow >= proxy.breaker.after && seen.ejectedUntil < performance.now()) {
      seen.inARow = 0
      eject(proxy, seen)
    }
    return false
  }
  const eject = (proxy: Proxy, seen: Known): void => {
    const now = performance.now()
    const out = [...proxy.known.values()].filter(({ ejectedUntil }) => ejectedUntil > now).length
    if (out >= (proxy.breaker.mostOut ?? hosts.length)) {
      proxy.overflow += 1
      return
    }
    seen.times = Math.max(0, seen.times - Math.floor((now - seen.ejectedUntil) / sweepMs)) + 1
    proxy.ejections += 1
    seen.ejectedUntil = now + proxy.breaker.baseMs * (proxy.breaker.longer === true ? seen.times : 1)
  }
  const send = (proxy: Proxy): boolean => {
    const first = next(proxy)
    if (ask(proxy, first)) return true
    proxy.retries += 1
    return ask(proxy, next(proxy, first))
  }
  const admin = ({ name }: Replica): Admin => {
    const proxy = proxies.find(({ replica }) => replica.name === name)
    return async (_, path) => {
      if (path.startsWith('/runtime_modify')) {
        if (path.includes('abort_percent=100')) broken.add(name)
        else broken.delete(name)
        return ''
      }
      if (path.startsWith('/clusters')) return JSON.stringify({ cluster_statuses: proxy ? [statusOf(proxy, hosts)] : [] })
      const stats = proxy
        ? [
            { name: `cluster.${outboundCluster(destination)};.upstream_rq_retry`, value: proxy.retries },
            {
              name: `cluster.${outboundCluster(destination)};.outlier_detection.ejections_enforced_consecutive_5xx`,
              value: proxy.ejections,
            },
            { name: `cluster.${outboundCluster(destination)};.outlier_detection.ejections_overflow`, value: proxy.overflow },
          ]
        : [{ name: 'http.inbound_0.0.0.0_9080;.downstream_rq_total', value: inbound.get(name) ?? 0 }]
      return JSON.stringify({ stats })
    }
  }
  return {
    target: fakeTarget({ replicas: async () => proxies.map(({ replica }) => replica), hosts: async () => hosts, admin }),
    traffic: {
      name: 'GET /reviews',
      send: async (_, caller) => {
        await delay(answersWithinMs)
        return send(proxies.find(({ replica }) => replica.name === caller.name) as Proxy)
      },
    },
    stray: (caller) => void send(proxies[caller] as Proxy),
  }
}

function statusOf({ known }: { known: ReadonlyMap<string, Known> }, hosts: readonly Host[]) {
  return {
    name: outboundCluster(destination),
    host_statuses: hosts.map(({ name, address }) => {
      const { requests = 0, failed = 0, ejectedUntil = 0 } = known.get(name) ?? {}
      const [ip = '', port] = address.split(':')
      return {
        address: { socket_address: { address: ip, port_value: Number(port) } },
        stats: [
          { name: 'rq_total', value: String(requests) },
          { name: 'rq_success', value: String(requests - failed) },
          { name: 'rq_error', value: String(failed) },
        ],
        health_status: { failed_outlier_check: ejectedUntil > performance.now() },
      }
    }),
  }
}
