import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Admin } from '../../../../../../scripts/envoy-admin/admin.ts'
import { outboundCluster } from '../../../../../../scripts/experiments/core/destination.ts'
import type { Target } from '../../../../../../scripts/experiments/core/target.ts'
import { fakeTarget } from '../fake-target.ts'

export const destination = { namespace: 'books', service: 'reviews', port: 9080 }
const cluster = outboundCluster(destination)

/** How one caller's proxy keeps its app from waiting for reviews; without limits nobody is refused. */
export interface Rules {
  readonly maxConnections?: number
  readonly maxPending?: number
  /** Once the pool was seen to be full, so that a busy machine fills it in time; undefined: nothing ends a call. */
  readonly timeoutMs?: number
  /** What a call ends with then. */
  readonly endsWith?: number
  /** Refusals that are not counted. */
  readonly miscounts?: boolean
  /** Istio's default: a proxy counts nothing of its clusters. */
  readonly countsNothing?: boolean
}

export interface SimulatedProxies {
  readonly target: Target
  /** To be called once for each caller whose pool is full. */
  full(): void
  /** Somebody else's request, which takes a place as all do. */
  stray(caller: number): void
  close(): void
}

/** A mesh in which the hosts of reviews hang while their fault filter says so, and proxies of callers follow their rules. */
export async function simulatedProxies(each: readonly Rules[]): Promise<SimulatedProxies> {
  let hung = false
  let left = each.length
  const full = Promise.withResolvers<void>()
  const proxies = each.map((rules, index) => ({
    rules,
    replica: { namespace: 'books', workload: 'page', name: `page-${index}` },
    active: 0,
    waiting: 0,
    overflows: 0,
  }))
  type Proxy = (typeof proxies)[number]

  const ask = async (proxy: Proxy, gone: Promise<unknown>): Promise<{ status: number; overloaded?: true }> => {
    if (!hung) return { status: 200 }
    const { maxConnections = Infinity, maxPending = Infinity, timeoutMs, endsWith = 504, miscounts } = proxy.rules
    const place = proxy.active < maxConnections ? 'active' : 'waiting'
    if (place === 'waiting' && proxy.waiting >= maxPending) {
      if (!(miscounts && proxy.overflows > 0)) proxy.overflows += 1
      return { status: 503, overloaded: true }
    }
    proxy[place] += 1
    const ended = full.promise.then(() => (timeoutMs === undefined ? gone : delay(timeoutMs)))
    await Promise.race([gone, ended])
    proxy[place] -= 1
    return { status: endsWith }
  }
  const admin =
    ({ name }: { readonly name: string }): Admin =>
    async (_, path) => {
      if (path.startsWith('/runtime_modify')) hung = path.includes('fixed_delay_percent=100')
      const proxy = proxies.find(({ replica }) => replica.name === name)
      if (proxy === undefined) return ''
      const { active, waiting, overflows, rules } = proxy
      if (path.startsWith('/clusters')) {
        const host = { address: {}, stats: [{ name: 'rq_active', value: String(active) }] }
        return JSON.stringify({ cluster_statuses: [{ name: cluster, host_statuses: [host] }] })
      }
      const counted = rules.countsNothing ? {} : { upstream_rq_pending_active: waiting, upstream_rq_pending_overflow: overflows }
      return JSON.stringify({ stats: Object.entries(counted).map(([stat, value]) => ({ name: `cluster.${cluster}.${stat}`, value })) })
    }
  const servers = await Promise.all(
    proxies.map(
      (proxy) =>
        new Promise<Server>((resolve) => {
          const server = createServer(async (_request, response) => {
            const gone = new Promise((closed) => response.on('close', closed))
            const { status, overloaded } = await ask(proxy, gone)
            if (overloaded) response.setHeader('x-envoy-overloaded', 'true')
            response.writeHead(status).end()
          }).listen(0, '127.0.0.1', () => resolve(server))
        }),
    ),
  )
  return {
    target: fakeTarget({
      replicas: async () => proxies.map(({ replica }) => replica),
      hosts: async () => [{ namespace: 'books', workload: 'reviews', name: 'reviews-0', address: '10.0.0.1:9080', targetPort: 9080 }],
      admin,
      outbound: async ({ name }) => {
        const server = servers[proxies.findIndex(({ replica }) => replica.name === name)]
        return { origin: `http://127.0.0.1:${((server as Server).address() as AddressInfo).port}`, host: 'reviews' }
      },
    }),
    full: () => {
      left -= 1
      if (left === 0) full.resolve()
    },
    stray: (index) => void ask(proxies[index] as Proxy, new Promise(() => {})),
    close: () => {
      for (const server of servers) server.close()
    },
  }
}
