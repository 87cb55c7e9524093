import { setTimeout as delay } from 'node:timers/promises'
import type { Host, Replica } from '../../../../../../scripts/access/replica.ts'
import type { Admin } from '../../../../../../scripts/envoy-admin/admin.ts'
import { outboundCluster } from '../../../../../../scripts/experiments/core/destination.ts'
import { shopDestination } from '../../../../../../scripts/experiments/shop/destinations.ts'
import type { ShopTarget } from '../../../../../../scripts/experiments/shop/shop-target.ts'
import { fakeShop } from '../fake-shop.ts'

const cluster = outboundCluster(shopDestination('catalog'))

/** How one gateway's proxy ejects replicas of catalog, and what the gateway makes of it. */
export interface Gateway {
  /** Answers in a row that eject: of 502, 503 and 504 alone, or of every 5xx. */
  readonly after: { readonly gatewayErrors: number } | { readonly every5xx: number }
  readonly mostOut: number
  readonly ejectedMs: number
  /** Goes on asking those that are out. */
  readonly leaky?: boolean
  /** Pages fail instead of coming without prices. */
  readonly breaks?: boolean
  /** Another code than the one that is promised. */
  readonly code?: string
}

const answersWithinMs = 5

/** Three replicas of catalog that answer what their fault filters say, and gateways whose proxies eject them, rightly or wrongly. */
export function simulatedCatalog(each: readonly Gateway[]): { shop: ShopTarget; stray(gateway: number): void } {
  const hosts: Host[] = [0, 1, 2].map((n) => ({
    namespace: 'shop',
    workload: 'catalog',
    name: `catalog-${n}`,
    address: `10.0.0.${n}:8080`,
    targetPort: 8080,
  }))
  const status = new Map<string, number>()
  const inbound = new Map<string, number>()
  const gateways = each.map((rules, index) => ({
    rules,
    replica: { namespace: 'shop', workload: 'gateway', name: `gateway-${index}` },
    known: hosts.map((host) => ({ host, requests: 0, failed: 0, inARow: 0, ejectedUntil: 0 })),
    turn: 0,
    stats: new Map([['outlier_detection.ejections_enforced_consecutive_5xx', 0]]),
    withoutAnybody: 0,
  }))
  type Simulated = (typeof gateways)[number]
  type Known = Simulated['known'][number]
  const add = (to: Map<string, number>, key: string) => to.set(key, (to.get(key) ?? 0) + 1)
  const isOut = ({ ejectedUntil }: Known) => ejectedUntil > performance.now()

  const countFailure = ({ rules, known, stats }: Simulated, one: Known, answered: number) => {
    one.failed += 1
    const [of, detector] = 'gatewayErrors' in rules.after ? [rules.after.gatewayErrors, 'gateway_failure'] : [rules.after.every5xx, '5xx']
    one.inARow = detector === '5xx' || answered > 500 ? one.inARow + 1 : 0
    if (one.inARow < of || isOut(one)) return
    one.inARow = 0
    if (known.filter(isOut).length >= rules.mostOut) return
    one.ejectedUntil = performance.now() + rules.ejectedMs
    add(stats, `outlier_detection.ejections_enforced_consecutive_${detector}`)
  }
  /** Up to three tries, each of another replica. Whether one of them had an answer. */
  const call = (gateway: Simulated): boolean => {
    const { known, rules, stats } = gateway
    const open = known.filter((one) => rules.leaky === true || !isOut(one))
    if (open.length === 0) {
      add(stats, 'upstream_cx_none_healthy')
      gateway.withoutAnybody += 1
      return false
    }
    gateway.turn += 1
    for (let n = 0; n < open.length; n++) {
      if (n > 0) add(stats, 'upstream_rq_retry')
      const one = open[(gateway.turn + n) % open.length] as Known
      one.requests += 1
      add(inbound, one.host.name)
      const answered = status.get(one.host.name) ?? 200
      if (answered < 500) {
        one.inARow = 0
        return true
      }
      countFailure(gateway, one, answered)
    }
    return false
  }
  const answer = async (gateway: Simulated, path: string) => {
    await delay(answersWithinMs)
    const isAnswered = call(gateway)
    const { breaks, code = 'UPSTREAM_UNAVAILABLE' } = gateway.rules
    if (isAnswered) return { status: 200, body: { products: [{}], degraded: [] } }
    if (path === '/v1/products' || breaks === true) return { status: 503, body: { code } }
    return { status: 200, body: { degraded: ['price'] } }
  }
  const admin = ({ name }: Replica): Admin => {
    const gateway = gateways.find(({ replica }) => replica.name === name)
    return async (_, path) => {
      if (path.startsWith('/runtime_modify')) {
        const set = /http_status=(\d+)/.exec(path)?.[1]
        if (set === undefined) status.delete(name)
        else status.set(name, Number(set))
        return ''
      }
      if (path.startsWith('/clusters')) return JSON.stringify({ cluster_statuses: gateway ? [statusOf(gateway.known, isOut)] : [] })
      const stats = gateway
        ? [...gateway.stats].map(([stat, value]) => ({ name: `cluster.${cluster}.${stat}`, value }))
        : [{ name: 'http.inbound_0.0.0.0_8080;.downstream_rq_total', value: inbound.get(name) ?? 0 }]
      return JSON.stringify({ stats })
    }
  }
  return {
    shop: fakeShop({
      replicas: async () => gateways.map(({ replica }) => replica),
      hosts: async () => hosts,
      admin,
      app: async ({ name }, _, { path }) => {
        const gateway = gateways.find(({ replica }) => replica.name === name) as Simulated
        const metric = `http_client_request_duration_seconds_count{upstream="catalog",outcome="no-healthy-upstream"} ${gateway.withoutAnybody}\n`
        return path === '/metrics' ? { status: 200, body: metric } : answer(gateway, path)
      },
    }),
    stray: (index) => void call(gateways[index] as Simulated),
  }
}

interface Counted {
  readonly host: Host
  readonly requests: number
  readonly failed: number
}

function statusOf<One extends Counted>(known: readonly One[], isOut: (one: One) => boolean) {
  return {
    name: cluster,
    host_statuses: known.map((one) => {
      const [address = '', port] = one.host.address.split(':')
      return {
        address: { socket_address: { address, port_value: Number(port) } },
        stats: [
          { name: 'rq_total', value: String(one.requests) },
          { name: 'rq_success', value: String(one.requests - one.failed) },
          { name: 'rq_error', value: String(one.failed) },
        ],
        health_status: { failed_outlier_check: isOut(one) },
      }
    }),
  }
}
