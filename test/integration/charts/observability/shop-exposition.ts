import type { Breaker, BreakerState } from '../../../../scripts/breaker-watch/breaker.ts'
import { breakerMetrics } from '../../../../scripts/breaker-watch/prometheus/breaker-metrics.ts'
import { mergeExpositions } from '../../../../scripts/telemetry/metrics/merge-expositions.ts'
import { withLabels } from '../../../../scripts/telemetry/metrics/with-labels.ts'
import { ordersService } from '../../../../services/orders/app.ts'
import type { OrderState } from '../../../../services/orders/decider/evolve.ts'
import { withConsumerLag } from '../../../../services/shared/runtime/consumer-lag.ts'
import { eventSourcingMetrics } from '../../../../services/shared/runtime/event-sourcing/event-sourcing-metrics.ts'
import { loadShedding } from '../../../../services/shared/runtime/http/load-shedding.ts'
import { createMetrics, serverDurations } from '../../../../services/shared/runtime/process/metrics.ts'
import { projectionMetrics } from '../../../../services/shared/runtime/projections/projection-metrics.ts'
import { inMemoryEventLog } from '../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { orderSnapshot, respondBy } from '../../../unit/order-snapshots.ts'

const timeoutMs = 15 * 60_000
const place = { namespace: 'breakwater', workload: 'orders' }

/**
 * What a shop tells while requests come and orders are placed, made by the code that tells it: each text has counted a little more than the one
 * before. `catalog-0` is ejected and returns, again and again.
 */
export function shopExposition(): () => Promise<string> {
  const metrics = createMetrics({ service: 'orders', pod: 'orders-0' })
  const requests = serverDurations(metrics)
  loadShedding({ maxInFlight: 16, metrics })
  const log = inMemoryEventLog()
  withConsumerLag(log, metrics).subscribe({
    group: 'orders.reactions',
    topics: ['payments.events'],
    onBatch: () => new Promise(() => undefined),
  })
  const events = eventSourcingMetrics('orders', metrics)
  const rows = projectionMetrics('orders', metrics)
  rows.showOutboxAge(() => 1_500)
  const { onChanged } = ordersService(timeoutMs, () => new Date(Date.parse(respondBy) - timeoutMs + 800), metrics)
  const order = { order: orderSnapshot('1', ['2 MUG']), requestHash: 'h', respondBy }
  const inStatus = (status: Exclude<OrderState['status'], 'unplaced' | 'placed'>): OrderState => ({ ...order, status })
  const breakers = breakerMetrics()
  let round = 0
  return async () => {
    round += 1
    requests.observe({ method: 'POST', route: '/orders', status: '202' }, 0.02)
    requests.observe({ method: 'GET', route: '/orders/:id', status: round % 2 === 0 ? '200' : '503' }, 0.3)
    events.decided.inc(3)
    events.parked.inc()
    events.transactionSeconds.observe(0.01)
    events.quarantinedCommands.set(2)
    events.quarantinedEvents.set(1)
    rows.applied.inc({ projection: 'orders' }, 3)
    rows.failing.set({ projection: 'orders' }, 1)
    rows.transactionSeconds.observe(0.02)
    await log.produce([{ topic: 'payments.events', key: 'a', value: '{}', headers: {} }])
    onChanged?.(inStatus('paid'), inStatus('confirmed'))
    onChanged?.(inStatus('reserved'), inStatus('cancelled'))
    breakers.observe(lookAt(round))
    return mergeExpositions([
      withLabels(await metrics.metrics(), place),
      withLabels(ofSidecar(round), { ...place, pod: 'orders-0' }),
      await breakers.text(),
    ])
  }
}

const names = { caller: 'orders-0', callerNamespace: 'breakwater', hostname: 'catalog.breakwater.svc.cluster.local', port: 80, subset: '' }

function lookAt(round: number): Parameters<ReturnType<typeof breakerMetrics>['observe']>[0] {
  const states: readonly BreakerState[] = ['ejected', 'ejected', 'probation', 'closed']
  const [state = 'closed', before = 'closed'] = [states[round % 4], states[(round + 3) % 4]]
  const host: Breaker = {
    kind: 'host',
    ...names,
    host: 'catalog-0',
    state,
    requests: 10 * round,
    active: 0,
    succeeded: 7 * round,
    failed: 3 * round,
    failuresInARow: 0,
    ejections: 0,
    backOff: 0,
  }
  const pool: Breaker = { kind: 'pool', ...names, host: 'catalog pool', state: 'closed', refused: 2 * round, ejections: round }
  const change = { ...names, host: 'catalog-0', atMs: 0, from: before, to: state, lastedMs: 2_000 }
  return { atMs: 0, breakers: [host, pool], changes: state === before ? [] : [change], silent: ['shipping-0'] }
}

/** As Envoy writes it. */
const ofSidecar = (round: number): string => `# TYPE envoy_cluster_upstream_rq counter
envoy_cluster_upstream_rq{response_code_class="2xx",cluster_name="outbound|80||catalog.breakwater.svc.cluster.local"} ${9 * round}
envoy_cluster_upstream_rq{response_code_class="5xx",cluster_name="outbound|80||catalog.breakwater.svc.cluster.local"} ${round}
envoy_cluster_upstream_rq{response_code="200",cluster_name="outbound|80||catalog.breakwater.svc.cluster.local"} ${9 * round}
envoy_cluster_upstream_rq{response_code_class="2xx",cluster_name="inbound|3000||"} ${5 * round}
`
