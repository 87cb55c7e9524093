import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { pino } from 'pino'
import { request } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createServer, type Server } from '../../../../services/shared/runtime/http/server.ts'
import { localManifests } from './local-manifests.ts'
import { type Sidecar, startSidecar } from './sidecar.ts'

/**
 * Requests that a proxy and the server behind it might read differently, so that the end of one would be the begin of another that nobody checked
 * (request smuggling). A real Envoy in front of a server as the gateway's, and the server alone.
 */
const seen: string[] = []
let app: Server
let entry: Sidecar
let ports: Readonly<Record<'through Envoy' | 'without a proxy', number>>

beforeAll(async () => {
  app = createServer({ logger: pino({ level: 'silent' }), ready: () => ({ ready: true, waitingFor: [] }) })
  app.addHook('onRequest', async ({ method, url }) => void seen.push(`${method} ${url}`))
  app.get('/*', ({ url }) => ({ url }))
  app.post('/*', ({ url }) => ({ url }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  entry = await startSidecar({ workload: 'gateway', manifests: localManifests(), instances: [], appPort: port, edge: true })
  ports = { 'through Envoy': entry.inboundPort, 'without a proxy': port }
})
afterAll(async () => {
  await entry?.[Symbol.asyncDispose]()
  app.server.closeAllConnections()
  await app.close()
})

/** What nobody must ever see as a request: it is in what came before. */
const smuggled = 'GET /smuggled HTTP/1.1\r\nhost: shop\r\n\r\n'
const post = (headers: readonly string[], body: string): string =>
  `${['POST /front HTTP/1.1', 'host: shop', 'content-type: application/json', ...headers].join('\r\n')}\r\n\r\n${body}`
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`
const chunked = 'transfer-encoding: chunked'
/** Ends as chunks do, with the smuggled request behind it; as a length it is one body. */
const both = `0\r\n\r\n${smuggled}`

/** Each either refused, or read as one request with a body. */
const shapes: Readonly<Record<string, string>> = {
  'a length and chunks': post([`content-length: ${both.length}`, chunked], both),
  'chunks and a length': post([chunked, `content-length: ${both.length}`], both),
  'two lengths': post(['content-length: 2', `content-length: ${smuggled.length + 2}`], `{}${smuggled}`),
  'two lengths in one line': post([`content-length: 2, ${smuggled.length + 2}`], `{}${smuggled}`),
  'a length with a sign': post([`content-length: +2`], `{}${smuggled}`),
  'a negative length': post(['content-length: -1'], smuggled),
  'a length in hex': post(['content-length: 0x2'], `{}${smuggled}`),
  'a length that overflows': post(['content-length: 18446744073709551618'], `{}${smuggled}`),
  'a coding that is not known': post(['transfer-encoding: xchunked', `content-length: ${both.length}`], both),
  'chunks that are not last': post(['transfer-encoding: chunked, identity', `content-length: ${both.length}`], both),
  'chunks twice': post(['transfer-encoding: chunked, chunked', `content-length: ${both.length}`], both),
  'chunks in two lines': post([chunked, 'transfer-encoding: cow', `content-length: ${both.length}`], both),
  'a space before the colon': post(['transfer-encoding : chunked', `content-length: ${both.length}`], both),
  'a tab behind the colon': post(['transfer-encoding:\tchunked', `content-length: ${both.length}`], both),
  'a vertical tab': post(['transfer-encoding: \vchunked', `content-length: ${both.length}`], both),
  quotes: post(['transfer-encoding: "chunked"', `content-length: ${both.length}`], both),
  'a folded line': post(['transfer-encoding:\r\n chunked', `content-length: ${both.length}`], both),
  'a fold before the length': post(['x-a: b', ' content-length: 4', chunked], `${chunk(smuggled)}0\r\n\r\n`),
  'a NUL in a name': post(['transfer-encoding\0: chunked', `content-length: ${both.length}`], both),
  'a line end of the old kind': post(['x-a: b\ncontent-length: 4', chunked], `${chunk(smuggled)}0\r\n\r\n`),
  'a carriage return alone': post(['x-a: b\rcontent-length: 4', chunked], `${chunk(smuggled)}0\r\n\r\n`),
  'a body of a GET': `GET /front HTTP/1.1\r\nhost: shop\r\ncontent-length: ${smuggled.length}\r\n\r\n${smuggled}`,
  'chunks of a GET': `GET /front HTTP/1.1\r\nhost: shop\r\n${chunked}\r\n\r\n${chunk(smuggled)}0\r\n\r\n`,
  'a chunk with a sign': post([chunked], `+${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`),
  'a chunk in 0x': post([chunked], `0x${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`),
  'a chunk that overflows': post([chunked], `1000000000000000${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`),
  'a chunk with an extension that ends early': post([chunked], `2;a\n{}\r\n${chunk(smuggled)}0\r\n\r\n`),
  'a chunk that is longer than it says': post([chunked], `2\r\n{}x0\r\n\r\n${smuggled}`),
  'a trailer that is a length': post([chunked], `2\r\n{}\r\n0\r\ncontent-length: 5\r\n\r\n`),
  'HTTP/2 behind an upgrade': `GET /front HTTP/1.1\r\nhost: shop\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAARAAAAAAAIAAAAA\r\ncontent-length: ${smuggled.length}\r\n\r\n${smuggled}`,
  'a web socket': `GET /front HTTP/1.1\r\nhost: shop\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\ncontent-length: ${smuggled.length}\r\n\r\n${smuggled}`,
  'a tunnel': `CONNECT shop:443 HTTP/1.1\r\nhost: shop\r\ncontent-length: ${smuggled.length}\r\n\r\n${smuggled}`,
  'a request line in two': `GET /front HTTP/1.1\r\nGET /smuggled HTTP/1.1\r\nhost: shop\r\n\r\n`,
  'a space in the target': 'GET /front HTTP/1.1\r\nGET /smuggled HTTP/1.1\r\nhost: shop\r\n\r\n'.replace('\r\nGET', ' GET'),
  'HTTP/0.9': 'GET /smuggled\r\n',
}

/** Status lines that come back for these bytes within a moment. */
const answerTo = async (port: number, bytes: string): Promise<string[]> => {
  let answer = ''
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'))
  socket.on('data', (data: Buffer) => {
    answer += data.toString()
  })
  socket.on('error', () => socket.destroy())
  socket.setTimeout(150, () => socket.destroy())
  await once(socket, 'close')
  return [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status = '']) => status)
}

for (const way of ['through Envoy', 'without a proxy'] as const)
  test(`${way} no shape of a request hides another`, async () => {
    const port = ports[way]
    for (const [shape, bytes] of Object.entries(shapes)) {
      seen.length = 0
      const answers = await answerTo(port, bytes)
      expect(
        seen.filter((one) => one.includes('smuggled')),
        `${shape}: ${answers}`,
      ).toEqual([])
      // One that is taken is one request with one answer; one that is not has an answer of 4xx, or none.
      if (answers.some((status) => status < '400')) expect([seen.length, answers.length], shape).toEqual([1, 1])
      else expect(answers.length, shape).toBeLessThanOrEqual(1)
      // Who comes next on the same connections of the proxy gets his own answer.
      const victim = await request(`http://127.0.0.1:${port}/victim`)
      expect([victim.statusCode, await victim.body.json()], shape).toEqual([200, { url: '/victim' }])
    }
  }, 60_000)
