import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { placeOrder } from '../../../../../scripts/console/order-story/gateway.ts'
import { requestOf } from '../../../../../scripts/console/order-story/presets.ts'

test('an order that is placed by hand is traced in any case', async () => {
  const seen: IncomingHttpHeaders[] = []
  const server = createServer((request, response) => {
    seen.push(request.headers)
    response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ orderId: 'ord_4BsJS2QQjXb9Wm9UgQw4Ew' }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  expect(await placeOrder(url, requestOf('usual', 'console-1'), 'key')).toBe('ord_4BsJS2QQjXb9Wm9UgQw4Ew')
  server.closeAllConnections()
  server.close()
  expect(seen.map(({ traceparent }) => traceparent)).toEqual([expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)])
})
