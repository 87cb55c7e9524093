import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Receiver, receiveOtlp } from '../../../../../scripts/telemetry/otlp/receiver.ts'
import { bytes, integer, keyValue, message, oneSpan, spanId, traceId } from './protobuf-writer.ts'

const now = Date.parse('2026-01-02T03:04:05Z')
const maxBodyBytes = 4096
let receiver: Receiver
beforeEach(async () => {
  receiver = await receiveOtlp({ port: 0, now: () => now, maxBodyBytes, maxWaitingBytes: 6000 })
})
afterEach(() => receiver.close())

const send = (path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${receiver.port}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
const protobuf = { 'content-type': 'application/x-protobuf' }

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } })
const jsonSpan = {
  traceId,
  spanId,
  name: 'POST /orders',
  kind: 2,
  startTimeUnixNano: '1767323045000123456',
  endTimeUnixNano: '1767323045002000000',
}
const traces = (...spans: readonly unknown[]) =>
  JSON.stringify({ resourceSpans: [{ resource: { attributes: [attribute('service.name', 'orders')] }, scopeSpans: [{ spans }] }] })

test('a span as JSON', async () => {
  const links = [{ traceId, spanId: 'c'.repeat(16) }, { traceId: 'x' }]
  const answer = await send('/v1/traces', traces({ ...jsonSpan, links, attributes: [attribute('breakwater.order_id', 'ord_1')] }))
  expect([answer.status, await answer.json()]).toEqual([200, {}])
  expect(receiver.take().spans).toEqual([
    {
      traceId,
      spanId,
      name: 'POST /orders',
      kind: 'server',
      service: 'orders',
      startUs: 1_767_323_045_000_123,
      durationUs: 1877,
      status: 'unset',
      attributes: { 'breakwater.order_id': 'ord_1' },
      events: [],
      links: [{ traceId, spanId: 'c'.repeat(16) }],
    },
  ])
  expect(receiver.take().spans).toEqual([])
})

test('a span as protobuf, with all that it can have', async () => {
  const answer = await send('/v1/traces', oneSpan(), protobuf)
  expect([answer.status, answer.headers.get('content-type'), (await answer.arrayBuffer()).byteLength]).toEqual([
    200,
    'application/x-protobuf',
    0,
  ])
  expect(receiver.take().spans).toEqual([
    {
      traceId,
      spanId,
      parentSpanId: 'b'.repeat(16),
      name: 'POST /orders',
      kind: 'server',
      service: 'orders',
      instance: 'orders-0',
      startUs: 1_767_323_045_000_123,
      durationUs: 1877,
      status: 'error',
      statusMessage: 'it failed',
      attributes: {
        'breakwater.order_id': 'ord_1',
        'http.response.status_code': 202,
        offset: -5,
        big: '9007199254740993',
        ratio: 0.25,
        retried: true,
        list: ['a'],
        map: { inner: 'b' },
        raw: 'AQI=',
      },
      events: [{ name: 'exception', timeUs: 1_767_323_045_001_000, attributes: { 'exception.message': 'no' } }],
      links: [{ traceId, spanId: 'c'.repeat(16) }],
    },
  ])
})

test('gzip, and a charset beside the type', async () => {
  const answer = await send('/v1/traces', gzipSync(traces(jsonSpan)), {
    'content-encoding': 'gzip',
    'content-type': 'Application/JSON; charset=utf-8',
  })
  expect(answer.status).toBe(200)
  expect(receiver.take().spans).toHaveLength(1)
})

test('logs, as JSON and as protobuf, become lines of their workload', async () => {
  const logRecords = [{ timeUnixNano: '1767323045000000000', severityNumber: 17, body: { stringValue: 'no' }, traceId }]
  const resource = { attributes: [attribute('service.name', 'orders'), attribute('service.instance.id', 'orders-1')] }
  expect((await send('/v1/logs', JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }))).status).toBe(200)
  const record = message(integer(2, 9), bytes(5, bytes(1, 'hello')), bytes(6, keyValue('orderId', bytes(1, 'ord_1'))))
  expect((await send('/v1/logs', bytes(1, bytes(2, bytes(2, record))), protobuf)).status).toBe(200)
  const [first, second] = receiver.take().entries
  expect(first).toMatchObject({ time: 1_767_323_045_000, level: 50, workload: 'orders', replica: 'orders-1', traceId })
  expect(JSON.parse(first?.line ?? '')).toMatchObject({ workload: 'orders', replica: 1, msg: 'no', level: 'error', trace_id: traceId })
  expect(second).toMatchObject({ time: now, level: 30, workload: 'unknown_service', text: expect.stringContaining('ord_1') })
})

test('spans that are none are counted, the others are taken', async () => {
  const answer = await send(
    '/v1/traces',
    traces(jsonSpan, { ...jsonSpan, traceId: 'short' }, { ...jsonSpan, startTimeUnixNano: 'noon' }, null, 7),
  )
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({
    partialSuccess: { rejectedSpans: '2', errorMessage: 'a span has no trace id of 32 hex digits, or no span id of 16' },
  })
  expect(receiver.take().spans).toHaveLength(1)
  const zero = bytes(1, bytes(2, bytes(2, bytes(1, Buffer.alloc(16)))))
  const partial = Buffer.from(await (await send('/v1/traces', zero, protobuf)).arrayBuffer())
  expect([...partial.subarray(0, 1), ...partial.subarray(2, 4)]).toEqual([0x0a, 0x08, 1])
  expect(partial.toString()).toContain('a span has no trace id')
})

test.each([
  ['not JSON', '{"resourceSpans":', {}, 400, 'The body is not JSON.'],
  ['no object', '[]', {}, 400, 'The body must be an object with a list of resourceSpans.'],
  ['no list', '{"resourceSpans":{"length":1}}', {}, 400, 'The body must be an object with a list of resourceSpans.'],
  ['no content type that is known', '{}', { 'content-type': 'text/plain' }, 415, 'The content type must be'],
  ['packed in another way', '{}', { 'content-encoding': 'br' }, 415, 'The content encoding br is not supported'],
  ['not what it says it is packed with', '{}', { 'content-encoding': 'gzip' }, 400, 'The body is not packed with gzip.'],
  ['too large', 'x'.repeat(maxBodyBytes + 1), {}, 413, 'The body is larger than 4096 bytes.'],
])('%s: refused as OTLP has it', async (_, body, headers, status, text) => {
  const answer = await send('/v1/traces', body, headers)
  expect(answer.status).toBe(status)
  expect(await answer.json()).toEqual({ code: 3, message: expect.stringContaining(text) })
})

test('a body of unknown length that is too large is refused, and its sender told', async () => {
  const body = new ReadableStream({ pull: (stream) => stream.enqueue(Buffer.alloc(1000, 'x')) })
  const request = { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/json' } } as RequestInit
  expect((await fetch(`http://127.0.0.1:${receiver.port}/v1/traces`, request)).status).toBe(413)
})

test('a small body that unpacks to a large one is refused', async () => {
  const answer = await send('/v1/traces', gzipSync('x'.repeat(1_000_000)), { 'content-encoding': 'gzip' })
  expect(answer.status).toBe(413)
})

test('another path, another method', async () => {
  expect((await send('/v1/metrics', '{}')).status).toBe(404)
  expect((await fetch(`http://127.0.0.1:${receiver.port}/v1/traces`)).status).toBe(405)
  expect((await fetch(`http://127.0.0.1:${receiver.port}/healthz`)).status).toBe(200)
})

test('protobuf that is cut off, nested without end or nonsense is refused as protobuf', async () => {
  const whole = oneSpan()
  let nested = bytes(1, 'x')
  for (let depth = 0; depth < 50; depth++) nested = bytes(5, bytes(1, nested))
  const deep = bytes(1, bytes(1, bytes(1, keyValue('deep', nested))))
  for (const body of [whole.subarray(0, whole.length - 3), Buffer.from([0x0f]), Buffer.from([0x00, 0x00]), Buffer.alloc(12, 0xff), deep]) {
    const answer = await send('/v1/traces', body, protobuf)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/x-protobuf'])
    expect([...Buffer.from(await answer.arrayBuffer()).subarray(0, 2)]).toEqual([0x08, 3])
  }
  expect(receiver.take().spans).toEqual([])
})

test('JSON that is nested without end is refused, however deep', async () => {
  const deep = await receiveOtlp({ port: 0, now: Date.now })
  for (const depth of [17, 5_000]) {
    const value = `${'{"kvlistValue":{"values":[{"value":'.repeat(depth)}{}${'}]}}'.repeat(depth)}`
    for (const [path, body] of [
      ['/v1/traces', `{"resourceSpans":[{"resource":{"attributes":[{"value":${value}}]}}]}`],
      ['/v1/logs', `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${value}}]}]}]}`],
    ] as const) {
      const answer = await fetch(`http://127.0.0.1:${deep.port}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
      expect([answer.status, await answer.json()]).toEqual([400, { code: 3, message: 'values are nested more than 16 deep' }])
    }
  }
  await deep.close()
})

test('any bytes at all are answered', async () => {
  for (let seed = 1; seed < 200; seed++) {
    const body = oneSpan()
    // Some bytes of a good request are others.
    for (let at = seed % 7; at < body.length; at += 1 + ((seed * 31) % 61)) body[at] = (seed * at * 97) & 0xff
    expect([200, 400]).toContain((await send('/v1/traces', body, protobuf)).status)
    receiver.take()
  }
})

test('what nobody stores is refused when it is too much, and taken again afterwards', async () => {
  const big = traces({ ...jsonSpan, attributes: [attribute('x', 'y'.repeat(3500))] })
  expect([(await send('/v1/traces', big)).status, (await send('/v1/traces', big)).status]).toEqual([200, 200])
  const refused = await send('/v1/traces', big)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  expect(receiver.take().spans).toHaveLength(2)
  expect((await send('/v1/traces', big)).status).toBe(200)
})

test('many large bodies at once: no more of them is held than may wait', async () => {
  const sockets = Array.from({ length: 8 }, () => connect(receiver.port, '127.0.0.1'))
  for (const socket of sockets)
    socket.write(`POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 4000\r\n\r\n${' '.repeat(3000)}`)
  await expect.poll(async () => (await send('/v1/traces', traces(jsonSpan))).status).toBe(503)
  for (const socket of sockets) socket.destroy()
  await expect.poll(async () => (await send('/v1/traces', traces(jsonSpan))).status).toBe(200)
  receiver.take()
})

test('a sender that goes away in the middle leaves nothing', async () => {
  const socket = connect(receiver.port, '127.0.0.1')
  socket.write('POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"resource')
  await new Promise((resolve) => setTimeout(resolve, 50))
  socket.destroy()
  expect((await send('/v1/traces', traces(jsonSpan))).status).toBe(200)
  expect(receiver.take().spans).toHaveLength(1)
})

test('a page can be read beside what is taken; why it cannot be made is told', async () => {
  const pages = {
    '/metrics': async () => ({ type: 'text/plain', text: 'a 1\n' }),
    '/broken': async () => {
      throw new Error('no shop runs here')
    },
  }
  const own = await receiveOtlp({ port: 0, now: Date.now, pages })
  try {
    const ask = (path: string) => fetch(`http://127.0.0.1:${own.port}${path}`)
    const page = await ask('/metrics?x')
    expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([200, 'text/plain', 'a 1\n'])
    const broken = await ask('/broken')
    expect([broken.status, await broken.text()]).toEqual([503, expect.stringContaining('no shop runs here')])
    expect(await (await ask('/nothing')).text()).toContain('/v1/logs, /metrics, /broken')
  } finally {
    await own.close()
  }
})
