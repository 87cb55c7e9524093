import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createClient } from '../../../../services/probe/clients.ts'

const shot = { service: 'httpbin', method: 'GET', path: '/get', timeoutMs: 10_000 }
const never = new AbortController().signal

async function through(proxy: RequestListener, timeoutMs = shot.timeoutMs) {
  const server = createServer(proxy).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const client = createClient(`127.0.0.1:${(server.address() as AddressInfo).port}`)
  try {
    return await client.send({ ...shot, timeoutMs }, never)
  } finally {
    await client.close()
    server.closeAllConnections()
    server.close()
  }
}

test('dials the proxy with the service as Host', async () => {
  let host: string | undefined
  const record = await through((request, response) => {
    host = request.headers.host
    response.end('ok')
  })
  expect(host).toBe('httpbin')
  expect(record).toMatchObject({ status: 200, overloaded: false })
})

test("tells a proxy's refusal from the upstream's own 503", async () => {
  const refused = await through((_, response) => response.writeHead(503, { 'x-envoy-overloaded': 'true' }).end())
  const failed = await through((_, response) => response.writeHead(503).end())
  expect([refused.overloaded, failed.overloaded]).toEqual([true, false])
})

test('no answer in time is a record without status', async () => {
  const record = await through(() => {}, 100)
  expect(record.status).toBeUndefined()
  expect(record.error).toBeTruthy()
  expect(record.ms).toBeGreaterThanOrEqual(99)
})
