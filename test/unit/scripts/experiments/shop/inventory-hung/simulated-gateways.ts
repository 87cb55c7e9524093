import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Replica } from '../../../../../../scripts/access/replica.ts'
import type { Admin } from '../../../../../../scripts/envoy-admin/admin.ts'
import { outboundCluster } from '../../../../../../scripts/experiments/core/destination.ts'
import { shopDestination } from '../../../../../../scripts/experiments/shop/destinations.ts'
import type { ShopTarget } from '../../../../../../scripts/experiments/shop/shop-target.ts'
import { fakeShop } from '../fake-shop.ts'

const cluster = outboundCluster(shopDestination('inventory'))

/** How one gateway's proxy keeps the gateway from waiting for inventory; without limits nobody is refused. */
export interface Rules {
  readonly maxConnections?: number
  readonly maxPending?: number
  /** Once the pool was seen to be full, so that a busy machine fills it in time. */
  readonly timeoutMs: number
  /** From the first time-out on nobody is asked for so long. */
  readonly ejectedMs?: number
  /** Refusals that the gateway takes for something else. */
  readonly miscounts?: boolean
  /** Pages fail instead of coming without a part. */
  readonly breaks?: boolean
}

/** A shop whose inventory hangs while its fault filter says so; pages, metrics and statistics are those of gateways that follow their rules. */
export async function simulatedGateways(
  each: readonly Rules[],
): Promise<{ shop: ShopTarget; full(): void; stray(gateway: number): Promise<unknown>; close(): void }> {
  let hung = false
  let left = each.length
  const full = Promise.withResolvers<void>()
  const gateways = each.map((rules, index) => ({
    rules,
    replica: { namespace: 'shop', workload: 'gateway', name: `gateway-${index}` },
    active: 0,
    waiting: 0,
    ejectedUntil: 0,
    stats: new Map<string, number>(),
    leftOut: new Map<string, number>(),
  }))
  type Gateway = (typeof gateways)[number]
  const add = (to: Map<string, number>, key: string) => to.set(key, (to.get(key) ?? 0) + 1)

  const askInventory = async (gateway: Gateway): Promise<string | undefined> => {
    const { timeoutMs, maxConnections = Number.POSITIVE_INFINITY, maxPending = Number.POSITIVE_INFINITY, ejectedMs } = gateway.rules
    if (performance.now() < gateway.ejectedUntil) {
      add(gateway.stats, 'upstream_cx_none_healthy')
      return 'no-healthy-upstream'
    }
    if (!hung) return undefined
    const place = gateway.active < maxConnections ? 'active' : 'waiting'
    if (place === 'waiting' && gateway.waiting >= maxPending) {
      add(gateway.stats, 'upstream_rq_pending_overflow')
      return 'circuit-open'
    }
    gateway[place] += 1
    await full.promise
    await delay(timeoutMs)
    gateway[place] -= 1
    if (ejectedMs !== undefined) {
      if (performance.now() > gateway.ejectedUntil) add(gateway.stats, 'outlier_detection.ejections_enforced_total')
      gateway.ejectedUntil = performance.now() + ejectedMs
    }
    return 'timeout'
  }
  const page = async (gateway: Gateway) => {
    const reason = await askInventory(gateway)
    if (reason !== undefined) add(gateway.leftOut, reason === 'circuit-open' && gateway.rules.miscounts ? 'error' : reason)
    if (reason !== undefined && gateway.rules.breaks) return { status: 503, body: {} }
    return { status: 200, body: { products: [{}], degraded: reason === undefined ? [] : ['availability'] } }
  }
  const metrics = ({ leftOut }: Gateway) => [
    'gateway_parts_left_out_total{part="price",reason="timeout"} 7',
    ...[...leftOut].map(([reason, count]) => `gateway_parts_left_out_total{part="availability",reason="${reason}"} ${count}`),
  ]
  const admin = (replica: Replica): Admin => {
    const gateway = gateways.find((one) => one.replica.name === replica.name)
    return async (_, path) => {
      if (path.startsWith('/runtime_modify')) hung = path.includes('fixed_delay_percent=100')
      if (gateway === undefined) return ''
      const { active, waiting, stats } = gateway
      const all = new Map([['upstream_rq_active', active], ['upstream_rq_pending_active', waiting], ...stats])
      return JSON.stringify({ stats: [...all].map(([name, value]) => ({ name: `cluster.${cluster}.${name}`, value })) })
    }
  }
  // What passes a gateway's proxy without its app.
  const proxies = await Promise.all(
    gateways.map(
      (gateway) =>
        new Promise<Server>((resolve) => {
          const server = createServer(async (_request, response) => {
            const reason = await askInventory(gateway)
            response.statusCode = reason === undefined ? 200 : reason === 'timeout' ? 504 : 503
            if (reason === 'circuit-open') response.setHeader('x-envoy-overloaded', 'true')
            response.end()
          }).listen(0, '127.0.0.1', () => resolve(server))
        }),
    ),
  )
  const inventory = { namespace: 'shop', workload: 'inventory', name: 'inventory-0', address: '10.0.0.1:8080', targetPort: 8080 }
  return {
    shop: fakeShop({
      replicas: async () => gateways.map(({ replica }) => replica),
      hosts: async () => [inventory],
      admin,
      outbound: async ({ name }) => {
        const server = proxies[gateways.findIndex(({ replica }) => replica.name === name)]
        return { origin: `http://127.0.0.1:${((server as Server).address() as AddressInfo).port}`, host: 'inventory' }
      },
      app: async ({ name }, _, { path }) => {
        const gateway = gateways.find(({ replica }) => replica.name === name) as Gateway
        return path === '/metrics' ? { status: 200, body: `${metrics(gateway).join('\n')}\n` } : page(gateway)
      },
    }),
    full: () => {
      left -= 1
      if (left === 0) full.resolve()
    },
    stray: (index) => page(gateways[index] as Gateway),
    close: () => {
      for (const proxy of proxies) proxy.close()
    },
  }
}
