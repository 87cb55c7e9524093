import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { Type } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createServer } from '../../../../../../services/shared/runtime/http/server.ts'

/** What Node or Fastify would refuse in their own words, over real sockets: `inject` has none. */
const app = createServer({ logger: pino({ level: 'silent' }), ready: () => ({ ready: true, waitingFor: [] }) })
app.post('/things', { schema: { body: Type.Object({}) } }, async () => ({ made: true }))
app.get('/things', async () => ({ things: [] }))
app.get('/things/:id', { schema: { params: Type.Object({ id: Type.String({ maxLength: 40 }) }) } }, async ({ params }) => params)
app.post('/things/:id/cancel', async () => ({ cancelled: true }))

let port: number
beforeAll(async () => {
  await app.listen({ port: 0, host: '127.0.0.1' })
  port = (app.server.address() as AddressInfo).port
})
afterAll(() => app.close())

interface Answer {
  readonly status: number
  readonly headers: string
  readonly body: { readonly code?: string; readonly status?: number }
}

/**
 * Sends all pieces, and only then reads, until the server closes or `enough` answers are there: what a proxy or a simple client does.
 * @throws when the connection is reset or closed before all is sent
 */
async function talk(pieces: Iterable<string>, enough = 1): Promise<Answer[]> {
  const socket = connect(port, '127.0.0.1')
  const failed = once(socket, 'error').then(([error]) => Promise.reject(error))
  failed.catch(() => undefined)
  const exchange = async (): Promise<Answer[]> => {
    for (const piece of pieces) if (!socket.write(piece)) await once(socket, 'drain')
    let text = ''
    for await (const piece of socket) {
      text += piece
      if (answersIn(text).length >= enough) break
    }
    return answersIn(text)
  }
  try {
    return await Promise.race([exchange(), failed])
  } finally {
    socket.destroy()
  }
}

/** Complete answers with a length. */
function answersIn(text: string): Answer[] {
  const [, status, headers = ''] = /^HTTP\/1\.1 (\d+)[^\r]*\r\n([\s\S]*?)\r\n\r\n/.exec(text) ?? []
  if (!status) return []
  const length = Number(/^content-length: (\d+)/im.exec(headers)?.[1] ?? 0)
  const start = text.indexOf('\r\n\r\n') + 4
  const body = text.slice(start, start + length)
  if (body.length < length) return []
  if (status === '100') return answersIn(text.slice(start))
  return [{ status: Number(status), headers, body: JSON.parse(body || '{}') }, ...answersIn(text.slice(start + length))]
}

const head = (line: string, ...headers: string[]) => `${[line, 'host: shop', ...headers].join('\r\n')}\r\n\r\n`
const json = 'content-type: application/json'

function* body(bytes: number, chunked = false): Generator<string> {
  const piece = ' '.repeat(64 * 1024)
  for (let sent = 0; sent < bytes; sent += piece.length) yield chunked ? `10000\r\n${piece}\r\n` : piece.slice(0, bytes - sent)
  if (chunked) yield '0\r\n\r\n'
}

test.concurrent.each([
  ['10 MB', 10_000_000, []],
  ['300 kB', 300_000, []],
  ['10 MB of a caller who closes', 10_000_000, ['connection: close']],
  ['300 kB of a caller who asks first', 300_000, ['expect: 100-continue']],
])(
  '%s are answered 413 every time, and the connection is not reset',
  async (_what, bytes, headers) => {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const request = head('POST /things HTTP/1.1', json, `content-length: ${bytes}`, ...headers)
      const [answer] = await talk([request, ...body(bytes)])
      expect(answer).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE', status: 413 } })
    }
  },
  20_000,
)

test.concurrent('10 MB of unknown length are answered 413, and the next request on the connection is answered', async () => {
  const answers = await talk(
    [head('POST /things HTTP/1.1', json, 'transfer-encoding: chunked'), ...body(10_000_000, true), head('GET /things HTTP/1.1')],
    2,
  )
  expect(answers).toMatchObject([{ status: 413, body: { code: 'BODY_TOO_LARGE' } }, { status: 200 }])
})

test.concurrent.each([
  ['text', 'POST /things HTTP/1.1', ['content-type: text/plain'], 415],
  ['a path that is not there', 'POST /nothing HTTP/1.1', ['content-type: text/plain'], 404],
  ['a method that is not supported', 'DELETE /things HTTP/1.1', ['content-type: text/plain'], 405],
  ['gzip', 'POST /things HTTP/1.1', [json, 'content-encoding: gzip'], 415],
])('10 MB for what is refused unread: %s', async (_what, line, headers, status) => {
  const [answer] = await talk([head(line, 'content-length: 10000000', ...headers), ...body(10_000_000)])
  expect(answer).toMatchObject({ status, body: { status } })
})

test.concurrent('a body without end costs no more than its limit', async () => {
  const endless = function* () {
    yield head('POST /things HTTP/1.1', json, 'transfer-encoding: chunked')
    yield* body(1_000_000_000, true)
  }
  const bytesBefore = process.memoryUsage().arrayBuffers
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  const closed = once(socket, 'close').catch(() => undefined)
  let sent = 0
  for (const piece of endless()) {
    if (socket.destroyed) break
    sent += piece.length
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain').catch(() => undefined), closed])
  }
  expect(sent, 'bytes until the server hung up').toBeLessThan(100_000_000)
  expect(process.memoryUsage().arrayBuffers - bytesBefore).toBeLessThan(64 * 1024 * 1024)
})

test.concurrent.each([
  ['headers of 20 kB', head('GET /things HTTP/1.1', `x-long: ${'a'.repeat(20_000)}`), 431, 'HEADERS_TOO_LARGE'],
  ['a query of 20 kB', head(`GET /things?q=${'a'.repeat(20_000)} HTTP/1.1`), 431, 'HEADERS_TOO_LARGE'],
  ['headers of 1 MB', head('GET /things HTTP/1.1', `x-long: ${'a'.repeat(1_000_000)}`), 431, 'HEADERS_TOO_LARGE'],
  ['an unknown method', head('BREW /things HTTP/1.1'), 400, 'BAD_REQUEST'],
  ['no HTTP at all', 'hello\r\n\r\n', 400, 'BAD_REQUEST'],
  ['two lengths', head('POST /things HTTP/1.1', json, 'content-length: 1', 'content-length: 2'), 400, 'BAD_REQUEST'],
  ['a length and chunks', head('POST /things HTTP/1.1', json, 'content-length: 1', 'transfer-encoding: chunked'), 400, 'BAD_REQUEST'],
  ['bad chunks', `${head('POST /things HTTP/1.1', json, 'transfer-encoding: chunked')}zz\r\n`, 400, 'BAD_REQUEST'],
  ['a header with a NUL', head('GET /things HTTP/1.1', 'x: a\0b'), 400, 'BAD_REQUEST'],
  ['CONNECT', head('CONNECT shop:443 HTTP/1.1'), 405, 'METHOD_NOT_ALLOWED'],
  ['an unusual method', head('PROPFIND /things HTTP/1.1'), 405, 'METHOD_NOT_ALLOWED'],
  ['a path part of 1000 characters', head(`GET /things/${'a'.repeat(1000)} HTTP/1.1`), 400, 'VALIDATION_FAILED'],
  ['%00', head('GET /things/%ff%00 HTTP/1.1'), 400, 'BAD_REQUEST'],
])('%s: a problem, not what Node has to say', async (_what, request, status, code) => {
  const [answer] = await talk([request])
  expect(answer).toMatchObject({ status, body: { status, code } })
  expect(answer?.headers).toMatch(/^content-type: application\/problem\+json/m)
})

test.concurrent('HTTP/1.0, no Host and an unknown expectation are no reason to refuse', async () => {
  expect(await talk(['GET /things HTTP/1.0\r\n\r\n'])).toMatchObject([{ status: 200 }])
  expect(await talk(['GET /things HTTP/1.1\r\n\r\n'])).toMatchObject([{ status: 200 }])
  expect(await talk([head('GET /things HTTP/1.1', 'expect: magic')])).toMatchObject([{ status: 200 }])
})

test('a slash at the end is the same path', async () => {
  expect((await app.inject('/things/')).json()).toEqual({ things: [] })
  expect((await app.inject('/things/a/')).json()).toEqual({ id: 'a' })
  const refused = await app.inject({ method: 'DELETE', url: '/things/' })
  expect([refused.statusCode, refused.headers.allow]).toEqual([405, 'GET, HEAD, POST'])
})

test('a route that wants no body takes an empty one that is called JSON, but not any', async () => {
  const cancel = (payload: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
    app.inject({ method: 'POST', url: '/things/a/cancel', headers, payload }).then(({ statusCode }) => statusCode)
  expect(await Promise.all([cancel(''), cancel('{}'), cancel('{'), cancel('x', { 'content-type': 'text/plain' })])).toEqual([
    200, 200, 400, 415,
  ])
})

test('a body that is encoded is refused, and the answer says what would do', async () => {
  const post = (encoding: string) =>
    app.inject({
      method: 'POST',
      url: '/things',
      headers: { 'content-type': 'application/json', 'content-encoding': encoding },
      payload: '{}',
    })
  const gzip = await post('gzip')
  expect([gzip.statusCode, gzip.json().code, gzip.headers['accept-encoding']]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE', 'identity'])
  expect((await post('identity')).statusCode).toBe(200)
})

test('a caller who says no more is answered and let go', async () => {
  const socket = connect(port, '127.0.0.1')
  socket.write(head('BREW /things HTTP/1.1'))
  const ended = once(socket.resume(), 'end')
  expect(await Promise.race([ended.then(() => 'ended'), delay(5000, 'open')])).toBe('ended')
  socket.destroy()
})
