import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { envoyAdmin } from '../../../../scripts/envoy-admin/admin.ts'

const server = createServer((request, response) => {
  if (request.url === '/silent') return
  response.statusCode = request.url === '/refused' ? 403 : 200
  response.end(`${request.method} words`)
})
let port: number
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

test('a proxy answers text, or says in one line what it refused', async () => {
  const admin = envoyAdmin('the proxy of catalog-0', async () => port)
  expect(await admin('GET', '/stats')).toBe('GET words')
  await expect(admin('POST', '/refused')).rejects.toThrow('the proxy of catalog-0 answered 403 to POST /refused: POST words')
})

test('one that does not answer is named, with the reason', async () => {
  await expect(envoyAdmin('the proxy of catalog-0', () => 1)('GET', '/stats')).rejects.toThrow(
    /^the proxy of catalog-0 does not answer \/stats \(.+\)$/,
  )
  await expect(envoyAdmin('the proxy of catalog-0', () => port, 50)('GET', '/silent')).rejects.toThrow(
    /^the proxy of catalog-0 does not answer \/silent \(.*timeout.*\)$/,
  )
})

test('where no port leads to it, the reason is told as it is', async () => {
  const gone = envoyAdmin('the proxy of catalog-0', async () => {
    throw new Error('catalog-0 is gone')
  })
  await expect(gone('GET', '/stats')).rejects.toThrow(/^catalog-0 is gone$/)
})
