import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, inject, test } from 'vitest'
import { orderStream } from '../../scripts/synthetic-orders/order-stream.ts'
import { placeOrder } from '../../scripts/synthetic-orders/place-order.ts'
import type { Span } from '../../scripts/telemetry/store/records.ts'
import { observabilityNamespace } from '../../services/shared/contracts/deployment.ts'
import { namespace, workload, workloadNames } from '../../services/shared/contracts/topology.ts'
import { command } from '../command.ts'
import { callFromPod } from './call-from-pod.ts'
import { kubectl, kubectlAnywhere, podsOf } from './kubectl.ts'
import { signedIn } from './sign-in.ts'

signedIn()

interface Line {
  readonly workload: string
  readonly container: string
  readonly msg: string
  readonly orderId?: string
}
interface Trace {
  readonly traceId: string
  readonly spans: readonly Span[]
}

/** What a command prints, one value of JSON a line or one in all; undefined as long as it finds nothing. */
async function asked(...words: string[]): Promise<string | undefined> {
  const run = command(spawn(process.execPath, ['scripts/breakwater.ts', ...words, '--target', 'cluster', '--json']))
  return (await run.end()) === 0 ? run.said() : undefined
}
const linesOf = async (...words: string[]): Promise<Line[]> =>
  ((await asked('logs', ...words)) ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
const tracesOf = async (of: string): Promise<Trace[]> => JSON.parse((await asked('trace', of)) ?? '[]')

/** Logs and spans come seconds after what they tell of. */
async function until<Found>(look: () => Promise<Found>, isEnough: (found: Found) => boolean): Promise<Found> {
  for (let left = 30; ; left -= 1) {
    const found = await look()
    if (isEnough(found) || left === 0) return found
    await delay(2000)
  }
}

const isProxys = ({ attributes }: Span): boolean => attributes['breakwater.proxy'] !== undefined

async function placed(): Promise<string> {
  const [order] = orderStream({ seed: randomUUID(), count: 1, customers: 1 })
  if (!order) throw new Error('no order')
  const placement = await placeOrder(order, { gatewayUrl: inject('gatewayUrl'), deadlineMs: 30_000 })
  if (placement.outcome !== 'accepted') throw new Error(JSON.stringify(placement))
  return placement.orderId
}

describe.runIf(process.env.OBSERVABILITY === '1')('OBSERVABILITY=1', () => {
  test('one order: its lines from services and proxies, and one trace through all of them', async () => {
    const order = await placed()
    const services = ['gateway', 'orders', 'inventory', 'payments', 'shipping', 'order-history'] as const
    const traces = await until(
      () => tracesOf(order),
      ([first]) => services.every((name) => first?.spans.some(({ service }) => service === name)),
    )
    const [trace] = traces
    const spans = trace?.spans ?? []
    for (const name of services) expect(spans.map(({ service }) => service)).toContain(name)
    const sides = new Set(spans.filter(isProxys).map(({ service, attributes }) => `${service} ${attributes['breakwater.proxy']}`))
    for (const side of ['gateway inbound', 'gateway outbound', 'orders inbound']) expect([...sides]).toContain(side)
    // Each proxy's span is under that of the app that called, or above that of the app that is called.
    const ids = new Set(spans.map(({ spanId }) => spanId))
    expect(spans.filter(({ parentSpanId }) => parentSpanId !== undefined && !ids.has(parentSpanId)).length).toBeLessThanOrEqual(1)

    // Who answered a request for the order wrote a line; who heard its events did not, as long as nothing went wrong: the trace has them.
    const answering = ['gateway', 'orders'] as const
    const lines = await until(
      () => linesOf('--order', order, '--lines', '500'),
      (found) => answering.every((name) => found.some((line) => line.workload === name)) && found.some(isAccess),
    )
    for (const name of answering) expect(lines.map(({ workload }) => workload)).toContain(name)
    expect(lines.filter(isAccess).map(({ workload }) => workload)).toContain('gateway')
    expect(lines.some(({ orderId }) => orderId === order)).toBe(true)
  })

  test('a workload without any telemetry code shows in a trace by its proxies alone', async () => {
    const traceId = randomUUID().replaceAll('-', '')
    const [probe = ''] = await podsOf('probe')
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` }
    const url = `http://httpbin.${namespace}.svc.cluster.local/get`
    const [status] = await callFromPod({ name: probe, container: 'probe' }, [{ url, headers }])
    const [trace] = await until(
      () => tracesOf(traceId),
      ([found]) => (found?.spans.length ?? 0) >= 2,
    )
    expect(status).toBeLessThan(500)
    expect(trace?.spans.map(({ service, attributes }) => [service, attributes['breakwater.proxy']])).toEqual([
      ['probe', 'outbound'],
      ['httpbin', 'inbound'],
    ])
  })

  test('Prometheus reads every app and every proxy, and the collectors', async () => {
    const up = await until(
      () => metric('up'),
      (found) => found.length > workloadNames.length + 2 && found.every(({ value }) => value === '1'),
    )
    const running = workloadNames.filter((name) => workload(name).replicas > 0)
    for (const name of running) expect(up.filter(({ labels }) => labels.workload === name).map(({ value }) => value)).toContain('1')
    expect(up.filter(({ value }) => value !== '1').map(({ labels }) => labels)).toEqual([])
    const processes = await metric('process_cpu_seconds_total{job="breakwater"}')
    const proxies = await metric('envoy_server_live')
    for (const name of running) {
      expect(processes.map(({ labels }) => labels.workload)).toContain(name)
      expect(proxies.map(({ labels }) => labels.workload)).toContain(name)
    }
  })

  test('whoever is not asked gets no answer: a pod of the shop does not reach the stores', async () => {
    const [pod = ''] = await podsOf('probe')
    const of = (name: string, port: number) => ({ url: `http://${name}.${observabilityNamespace}.svc.cluster.local:${port}/` })
    const statuses = await callFromPod({ name: pod, container: 'probe' }, [
      of('victoria-logs', 9428),
      of('jaeger', 16_686),
      of('prometheus', 9090),
    ])
    for (const status of statuses) expect([0, 502]).toContain(status)
  })

  test('no line is lost while the collector is away, and none comes twice', async () => {
    const mark = randomUUID()
    const [probe = ''] = await podsOf('probe')
    await kubectlAnywhere('-n', observabilityNamespace, 'delete', 'pod', '-l', 'app=otel-collector', '--wait=false')
    // The access log of the gateway's proxy has the path of each request.
    const url = `http://httpbin.${namespace}.svc.cluster.local/get?mark=${mark}`
    await callFromPod(
      { name: probe, container: 'probe' },
      Array.from({ length: 20 }, () => ({ url })),
    )
    await kubectlAnywhere('-n', observabilityNamespace, 'rollout', 'status', 'deployment/otel-collector', '--timeout=120s')
    const outbound = (lines: readonly Line[]) => lines.filter((line) => line.workload === 'probe' && isAccess(line))
    const lines = await until(
      () => linesOf(mark, '--lines', '500'),
      (found) => outbound(found).length >= 20,
    )
    await delay(5000)
    expect(outbound(lines)).toHaveLength(20)
    expect(outbound(await linesOf(mark, '--lines', '500'))).toHaveLength(20)
  })
})

const isAccess = ({ container }: Pick<Line, 'container'>): boolean => container === 'sidecar'

interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: string
}

/** Asks Prometheus through the API server's proxy for pods. */
async function metric(query: string): Promise<Sample[]> {
  const path = `/api/v1/namespaces/${observabilityNamespace}/pods/prometheus-0:9090/proxy/api/v1/query?query=${encodeURIComponent(query)}`
  const { data } = JSON.parse(await kubectl('get', '--raw', path))
  return data.result.map(({ metric, value }: { metric: Record<string, string>; value: [number, string] }) => ({
    labels: metric,
    value: value[1],
  }))
}
