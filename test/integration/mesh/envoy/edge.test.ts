import { connect } from 'node:net'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { maxBodyBytes } from '../../../../services/shared/contracts/request-limits.ts'
import { localManifests } from './local-manifests.ts'
import { type Sidecar, startSidecar } from './sidecar.ts'
import { startUpstream, type Upstream } from './upstream.ts'

/** The whole answer to bytes that no client would send. */
const answerTo = (port: number, text: string) =>
  new Promise<string>((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString()
      // Envoy closes a second later.
      const [head = '', body = ''] = answer.split('\r\n\r\n')
      if (body !== '' && body.length === Number(/^content-length: (\d+)$/m.exec(head)?.[1])) socket.destroy()
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
    socket.setTimeout(5_000, () => socket.destroy(new Error(`no end after: ${answer}`)))
  })

const lines = (...text: readonly string[]): string => `${text.join('\r\n')}\r\n\r\n`
const get = (target: string, ...headers: readonly string[]): string =>
  lines(`GET ${target} HTTP/1.1`, 'host: shop', 'connection: close', ...headers)
const long = 'a'.repeat(20_000)

const startEdge = (appPort: number): Promise<Sidecar> =>
  startSidecar({ workload: 'gateway', manifests: localManifests(), instances: [], appPort, edge: true })

describe('at the entry', () => {
  let app: Upstream
  let entry: Sidecar
  beforeAll(async () => {
    app = await startUpstream((incoming, response) => {
      // As a server does that has read enough: it answers, and closes with the rest unread.
      if (Number(incoming.headers['content-length'] ?? 0) > maxBodyBytes) response.writeHead(413, { connection: 'close' }).end('the server')
      else incoming.resume().on('end', () => response.end(String(incoming.url)))
    })
    entry = await startEdge(app.port)
  })
  afterAll(async () => {
    await entry[Symbol.asyncDispose]()
    await app[Symbol.asyncDispose]()
  })

  test.each([
    ['a NUL in the path', get('/v1/products/%00'), 400, 'BAD_REQUEST'],
    ['a long query', get(`/v1/products?q=${long}`), 431, 'HEADERS_TOO_LARGE'],
    ['a long header', get('/v1/products', `x-a: ${long}`), 431, 'HEADERS_TOO_LARGE'],
    ['many headers', get('/v1/products', ...Array.from({ length: 120 }, (_, index) => `x-${index}: a`)), 431, 'HEADERS_TOO_LARGE'],
    ['HTTP/1.0', lines('GET /v1/products HTTP/1.0', 'host: shop'), 426, 'UPGRADE_REQUIRED'],
    ['an unknown method', lines('BREW /v1/products HTTP/1.1', 'host: shop'), 400, 'BAD_REQUEST'],
    ['something else than HTTP', 'hello\r\n\r\n', 400, 'BAD_REQUEST'],
    ['no host', lines('GET / HTTP/1.1', 'connection: close'), 400, 'BAD_REQUEST'],
  ])('%s is answered with a problem', async (_, text, status, code) => {
    const answer = await answerTo(entry.inboundPort, text)
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(head).toMatch(/content-type: application\/problem\+json/)
    expect(JSON.parse(body)).toEqual({ type: `urn:breakwater:problem:${code}`, title: expect.any(String), status, code })
  })

  test('as much as Node takes comes through', async () => {
    const { statusCode, body } = await request(`http://127.0.0.1:${entry.inboundPort}/?q=${'a'.repeat(14_000)}`)
    expect(statusCode).toBe(200)
    expect(await body.text()).toHaveLength(14_004)
  })

  test.each([maxBodyBytes + 1, 300_000, 10_000_000])(
    'a body of %i bytes is 413, however often, and never reaches the process',
    async (size) => {
      const before = app.seen.length
      for (let count = 0; count < 4; count++) {
        const answer = await request(`http://127.0.0.1:${entry.inboundPort}/v1/orders`, { method: 'POST', body: Buffer.alloc(size) })
        expect(answer.statusCode).toBe(413)
        expect(await answer.body.json()).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' })
      }
      expect(app.seen.length).toBe(before)
    },
  )

  test('the largest body passes', async () => {
    const { statusCode, body } = await request(`http://127.0.0.1:${entry.inboundPort}/`, {
      method: 'POST',
      body: Buffer.alloc(maxBodyBytes),
    })
    expect(statusCode).toBe(200)
    await body.dump()
  })
})

test('a gateway that restarts is 503 with a problem and when to come again', async () => {
  await using entry = await startEdge(1)
  const { statusCode, headers, body } = await request(`http://127.0.0.1:${entry.inboundPort}/v1/products`)
  expect(statusCode).toBe(503)
  expect(headers['retry-after']).toBe('1')
  expect(await body.json()).toMatchObject({ status: 503, code: 'UPSTREAM_UNAVAILABLE' })
})
