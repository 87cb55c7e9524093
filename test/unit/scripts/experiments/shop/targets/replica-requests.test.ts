import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ReplicaPort } from '../../../../../../scripts/access/replica.ts'
import { replicaRequests } from '../../../../../../scripts/experiments/shop/targets/replica-requests.ts'

const replica = { namespace: 'shop', workload: 'catalog', name: 'catalog-0' }

const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString()
  response.statusCode = request.url === '/refused' ? 403 : 200
  response.end(request.url === '/json' ? JSON.stringify({ method: request.method, body }) : 'words')
})
let open: number
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open = (server.address() as AddressInfo).port
})
afterAll(() => server.close())

const { admin, app } = replicaRequests(async (_replica, port: ReplicaPort) => (port === 'control' ? 1 : open))

test('a proxy answers text, or says in one line what it refused', async () => {
  expect(await admin(replica)('GET', '/stats')).toBe('words')
  await expect(admin(replica)('POST', '/refused')).rejects.toThrow('the proxy of catalog-0 answered 403 to POST /refused: words')
})

test('an app answers JSON or text, and any status is an answer', async () => {
  expect(await app(replica, 'app', { method: 'POST', path: '/json', body: { n: 1 } })).toEqual({
    status: 200,
    body: { method: 'POST', body: '{"n":1}' },
  })
  expect(await app(replica, 'app', { method: 'GET', path: '/refused' })).toEqual({ status: 403, body: 'words' })
})

test('who does not answer is named, with its port and the reason', async () => {
  const request = app(replica, 'control', { method: 'GET', path: '/latches' })
  await expect(request).rejects.toThrow(/^catalog-0 does not answer \/latches at its control port \(.+\)$/)
})
