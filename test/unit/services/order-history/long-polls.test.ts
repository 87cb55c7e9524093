import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { serveOrders } from '../../../../services/order-history/routes/order-routes.ts'
import { createServer, type Server } from '../../../../services/shared/runtime/http/server.ts'
import { type Listener, listenForChanges } from '../../../../services/shared/runtime/projections/index.ts'
import { orderId } from '../../order-snapshots.ts'

const running: Server[] = []
afterEach(() => Promise.all(running.splice(0).map((app) => app.close())))

/** Readers over a socket, an order that never comes, and how often the database was asked for it. */
async function readers() {
  const query = vi.fn(async () => [])
  let listener: Listener | undefined
  const listen = (_: string, heard: Listener) => {
    listener = heard
    return async () => undefined
  }
  const app = createServer({ logger: pino({ level: 'silent' }), ready: () => ({ ready: true, waitingFor: [] }) })
  serveOrders(app, { query }, listenForChanges({ listen }), () => new Date())
  running.push(app)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/orders/${orderId('1')}`
  const ask = (init: RequestInit) => fetch(url, { headers: { prefer: 'wait=8' }, ...init })
  return { app, query, ask, somethingChanged: () => listener?.onGap() }
}

test('of readers who have left, none asks the database any more', async () => {
  const { query, ask, app, somethingChanged } = await readers()
  const leaving = new AbortController()
  const asked = Array.from({ length: 20 }, () => ask({ signal: leaving.signal }).catch(() => 'left'))
  await vi.waitFor(() => expect(query).toHaveBeenCalledTimes(20))
  leaving.abort()
  await Promise.all(asked)
  await vi.waitFor(async () => {
    const open = await new Promise((done) => app.server.getConnections((_, count) => done(count)))
    expect(open).toBe(0)
  })
  somethingChanged()
  expect(query).toHaveBeenCalledTimes(20)
})

test('a stop does not wait for readers who wait', async () => {
  const { app, query, ask } = await readers()
  const asked = ask({})
  await vi.waitFor(() => expect(query).toHaveBeenCalledTimes(1))
  const started = performance.now()
  await app.close()
  expect(performance.now() - started).toBeLessThan(4000)
  expect((await asked).status).toBe(404)
})
