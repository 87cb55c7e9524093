import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { clusterSource } from '../../../../../scripts/telemetry/cluster/cluster-source.ts'

interface Asked {
  readonly path: string
  readonly form: Readonly<Record<string, string>>
}

/** A server that answers what the test says, and tells what it was asked. */
async function stores(answer: (asked: Asked) => { readonly code?: number; readonly body: string }) {
  const asked: Asked[] = []
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const one = { path: request.url ?? '', form: Object.fromEntries(new URLSearchParams(await text(request))) }
    asked.push(one)
    const { code = 200, body } = answer(one)
    response.writeHead(code).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { asked, source: clusterSource({ logsUrl: async () => url, tracesUrl: async () => url }) }
}

const row = (message: string, time: string) =>
  `${JSON.stringify({ _time: time, _stream_id: 's', _msg: message, 'service.name': 'catalog', 'service.instance.id': 'catalog-a-b', 'k8s.container.name': 'catalog' })}\n`
const messages = (lines: readonly { readonly line: string }[]) => lines.map(({ line }) => JSON.parse(line).msg)

test('a search gives the latest lines in their order, and then each line once that comes since, also a late one', async () => {
  let stored = row('b', '2026-01-01T00:00:02Z') + row('a', '2026-01-01T00:00:01Z')
  const { source, asked } = await stores(() => ({ body: stored }))
  const found = await source.search({ service: 'catalog', since: 0 }, 10)
  expect(messages(found.lines)).toEqual(['a', 'b'])
  expect(asked.at(-1)?.form).toEqual({
    query: '("service.name":="catalog" or "service.instance.id":="catalog")',
    limit: '10',
    start: '1970-01-01T00:00:00.000Z',
  })
  const none = await found.next()
  expect(none.lines).toEqual([])
  stored = row('late', '2026-01-01T00:00:01.5Z') + row('c', '2026-01-01T00:00:03Z') + stored
  const more = await none.next()
  expect(messages(more.lines)).toEqual(['late', 'c'])
  expect((await more.next()).lines).toEqual([])
})

test('no lines at first, where none are wanted: 0 would mean all of them', async () => {
  const { source, asked } = await stores(() => ({ body: row('a', '2026-01-01T00:00:01Z') }))
  const { lines } = await source.search({}, 0)
  expect(lines).toEqual([])
  expect(asked.every(({ form }) => form.limit === undefined)).toBe(true)
})

test('an order is searched with its traces', async () => {
  const { source, asked } = await stores(({ form }) => ({
    body: form.query?.includes('stats by') ? '{"trace_id":"t1","first":"1"}\n{"trace_id":"t2","first":"2"}\n' : '',
  }))
  await source.search({ order: 'ord_1' }, 5)
  expect(asked.at(-1)?.form.query).toBe('("ord_1" or "t1" or "t2")')
  expect(await source.tracesOf('ord_"1')).toEqual(['t1', 't2'])
  expect(asked.at(-1)?.form.query).toContain('"ord_\\"1" trace_id:* |')
})

test('spans of Jaeger are those of a laptop; of a trace that it does not know there are none', async () => {
  const span = (spanId: string, start: string) => ({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId,
    name: 'GET /products',
    kind: 2,
    startTimeUnixNano: start,
    endTimeUnixNano: '1790000000000000000',
  })
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'catalog' } }] }
  const result = {
    resourceSpans: [
      {
        resource,
        scopeSpans: [{ spans: [span('00000000000000b2', '1789999999999000000'), span('00000000000000a1', '1789999999998000000')] }],
      },
    ],
  }
  const { source } = await stores(({ path }) =>
    path.endsWith('0af7651916cd43dd8448eb211c80319c') ? { body: JSON.stringify({ result }) } : { code: 404, body: '{}' },
  )
  const spans = await source.spansOf('0af7651916cd43dd8448eb211c80319c')
  expect(spans.map(({ spanId, service, kind }) => [spanId, service, kind])).toEqual([
    ['00000000000000a1', 'catalog', 'server'],
    ['00000000000000b2', 'catalog', 'server'],
  ])
  expect(await source.spansOf('../services')).toEqual([])
})

test('what a store refuses, and a store that is away, are said in a line', async () => {
  const { source } = await stores(() => ({ code: 400, body: 'cannot parse query' }))
  await expect(source.search({}, 1)).rejects.toThrow('VictoriaLogs refuses the search: cannot parse query')
  await expect(source.spansOf('a')).rejects.toThrow('Jaeger refuses the trace')
  const away = clusterSource({ logsUrl: async () => 'http://127.0.0.1:1', tracesUrl: async () => 'http://127.0.0.1:1' })
  await expect(away.search({}, 1)).rejects.toThrow('do not answer')
})
