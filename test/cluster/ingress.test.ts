import { Client } from 'undici'
import { expect, inject, test } from 'vitest'
import { connect } from '../../scripts/cluster/kubeconfig.ts'
import { podTunnels } from '../../scripts/cluster/pod-tunnels.ts'
import { namespace, ports } from '../../services/shared/contracts/topology.ts'
import { podsOf } from './kubectl.ts'
import { signedIn } from './sign-in.ts'

const headers = signedIn()

const inside = ['/metrics', '/readyz', '/healthz', '/v1/operations/stock', '/v1/operations/revenue', '/', '/v1/productsfoo']
/** Ways of asking for what is inside that end at a customer's path when read carelessly. */
const disguised = [
  '/v1/products/../operations/stock',
  '/v1/products/%2e%2e/operations/stock',
  '/v1/products/..%2foperations%2fstock',
  '//metrics',
]

/** As it is written: `fetch` would resolve the dots itself. */
async function statusOf(origin: string, path: string, headers = {}): Promise<{ status: number; body: string; type: string }> {
  const client = new Client(origin)
  try {
    const { statusCode, headers: answered, body } = await client.request({ path, method: 'GET', headers })
    return { status: statusCode, body: await body.text(), type: String(answered['content-type']) }
  } finally {
    await client.close()
  }
}

test('customers reach products, orders and their own page', async () => {
  const entry = inject('gatewayUrl')
  expect((await statusOf(entry, '/v1/products')).status).toBe(200)
  expect((await statusOf(entry, '/v1/products/MUG-BLUE')).status).toBe(200)
  expect((await statusOf(entry, '/v1/customers/nobody/orders', await headers())).status).toBe(200)
  expect((await fetch(`${entry}/v1/orders`, { method: 'POST', headers: await headers() })).status).toBe(400)
})

test('who does not say who they are reaches products alone', async () => {
  const entry = inject('gatewayUrl')
  expect((await statusOf(entry, '/v1/customers/nobody/orders')).status).toBe(401)
  expect((await fetch(`${entry}/v1/orders`, { method: 'POST' })).status).toBe(401)
  expect((await statusOf(entry, '/v1/customers/nobody/orders', { authorization: 'Bearer a.b.c' })).status).toBe(401)
})

test('metrics, health and operations stay inside, and are answered like what does not exist', async () => {
  for (const path of inside) {
    const { status, body, type } = await statusOf(inject('gatewayUrl'), path)
    expect([path, status, type]).toEqual([path, 404, 'application/problem+json; charset=utf-8'])
    expect(JSON.parse(body), path).toMatchObject({ code: 'ROUTE_NOT_FOUND', status: 404 })
  }
})

test('no spelling of a customer path leads to them', async () => {
  for (const path of disguised) {
    const { status, body } = await statusOf(inject('gatewayUrl'), path)
    expect([400, 403, 404], path).toContain(status)
    expect(body, path).not.toContain('available')
  }
})

test('who may use the API of the cluster reaches operations, as the README says', async () => {
  const [pod = ''] = await podsOf('gateway')
  const tunnels = podTunnels(connect({ context: inject('context') }))
  try {
    const origin = `http://127.0.0.1:${await tunnels.to({ namespace, pod, port: ports.app })}`
    expect((await statusOf(origin, '/v1/operations/stock', await headers())).status).toBe(200)
    expect((await statusOf(origin, '/metrics')).status).toBe(200)
  } finally {
    await tunnels.close()
  }
})
