import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createLogger } from '../../../../../../services/shared/runtime/process/logger.ts'
import { createMetrics } from '../../../../../../services/shared/runtime/process/metrics.ts'
import { tracer } from '../../../../../../services/shared/runtime/process/spans.ts'
import { startTracing } from '../../../../../../services/shared/runtime/process/tracing.ts'
import type { TracingConfig } from '../../../../../../services/shared/runtime/process/tracing-config.ts'

const sampler: TracingConfig = { OTEL_TRACES_SAMPLER: 'parentbased_always_on' }

async function traced(endpoint: string | undefined) {
  const lines: Record<string, unknown>[] = []
  const logger = createLogger({ service: 'toy', pod: 'toy-0', level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) })
  const metrics = createMetrics({ service: 'toy', pod: 'toy-0' })
  const config = { ...sampler, ...(endpoint !== undefined && { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }) }
  const end = await startTracing({ service: 'toy', pod: 'toy-0', config, logger, metrics })
  const value = async (name: string) => {
    const metric = await metrics.getSingleMetric(name)?.get()
    return metric?.values.reduce((sum, { value }) => sum + value, 0)
  }
  return { lines, end, value }
}

/** A collector that keeps what it is sent, or that answers only with a status. */
async function collector(status = 200) {
  const received: { url: string | undefined; type: string | undefined; body: unknown }[] = []
  const take = async (request: IncomingMessage) => {
    const body: unknown = JSON.parse(Buffer.concat(await request.toArray()).toString())
    received.push({ url: request.url, type: request.headers['content-type'], body })
  }
  const server = createServer((request, response) => {
    void take(request).then(() => response.writeHead(status, { 'content-type': 'application/json' }).end('{}'))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    received,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const work = (times: number): void => {
  for (let n = 0; n < times; n += 1) tracer()?.begin({ name: 'work', kind: 'internal', parent: undefined }).end()
}

test('without a collector nothing is traced, and ending it is nothing', async () => {
  const { end } = await traced(undefined)
  expect(tracer()).toBeUndefined()
  await end()
})

test('the collector gets the spans of a process under its name; the last ones when it ends', async () => {
  await using at = await collector()
  const { end, value } = await traced(`${at.endpoint}/`)
  work(2)
  await end()
  expect(tracer()).toBeUndefined()
  const [{ url, type, body } = {}] = at.received
  expect({ url, type }).toEqual({ url: '/v1/traces', type: 'application/json' })
  const attributes = ['service.name:toy', 'service.instance.id:toy-0', 'service.namespace:breakwater'].map((pair) => {
    const [key, stringValue] = pair.split(':')
    return { key, value: { stringValue } }
  })
  expect(body).toMatchObject({
    resourceSpans: [
      { resource: { attributes }, scopeSpans: [{ scope: { name: 'breakwater' }, spans: [{ name: 'work' }, { name: 'work' }] }] },
    ],
  })
  expect(await value('trace_spans_sent_total')).toBe(2)
  expect(await value('trace_spans_dropped_total')).toBe(0)
})

test('spans that a collector refuses are counted and said once; the process goes on', async () => {
  await using at = await collector(400)
  const { end, lines, value } = await traced(at.endpoint)
  work(600)
  await expect.poll(() => value('trace_spans_dropped_total'), { timeout: 5000 }).toBe(600)
  await end()
  expect(await value('trace_spans_sent_total')).toBe(0)
  expect(lines).toEqual([expect.objectContaining({ level: 'warn', msg: 'spans are dropped: the collector does not take them' })])
})

test('a collector that is away costs no more than a bounded queue, and holds up no end', async () => {
  const away = await collector()
  await away[Symbol.asyncDispose]()
  const { end, value } = await traced(away.endpoint)
  work(20_000)
  await setTimeout()
  // 4096 wait, and 256 are on their way.
  expect(await value('trace_spans_dropped_total')).toBeGreaterThanOrEqual(20_000 - 4096 - 256)
  const before = performance.now()
  await end()
  // The exporter itself would try for ten seconds.
  expect(performance.now() - before).toBeLessThan(8000)
})

test('a collector that takes connections and never answers costs no more either', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { end, value } = await traced(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  for (let n = 0; n < 20; n += 1) {
    work(1000)
    await setTimeout()
  }
  expect(await value('trace_spans_dropped_total')).toBeGreaterThanOrEqual(20_000 - 4096 - 256)
  const before = performance.now()
  await end()
  expect(performance.now() - before).toBeLessThan(8000)
  server.closeAllConnections()
  server.close()
})
