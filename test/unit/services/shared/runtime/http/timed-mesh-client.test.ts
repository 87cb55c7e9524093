import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { timedMeshClient } from '../../../../../../services/shared/runtime/http/timed-mesh-client.ts'
import { UpstreamUnavailable } from '../../../../../../services/shared/runtime/http/upstream-unavailable.ts'
import { fakeMesh, refusal } from '../../../gateway/fake-mesh.ts'

test('answers and refusals are told with their time; calls without an answer and long polls are not', async () => {
  const told: [string, number][] = []
  const mesh = timedMeshClient(
    fakeMesh({
      'catalog GET /products': { body: {} },
      'orders GET /orders/1': refusal(404, 'ORDER_UNKNOWN'),
      'inventory GET /availability': { unavailable: 'timeout' },
      'order-history GET /orders/1': { body: {} },
    }),
    (service, ms) => told.push([service, ms]),
  )
  const get = (service: string, path: string, headers = {}) =>
    mesh.request(service, { method: 'GET', path, headers, schema: Type.Object({}) })
  expect(await get('catalog', '/products')).toMatchObject({ ok: true, body: {} })
  expect(await get('orders', '/orders/1')).toMatchObject({ ok: false, status: 404 })
  await expect(get('inventory', '/availability')).rejects.toThrow(UpstreamUnavailable)
  await get('order-history', '/orders/1', { prefer: 'wait=5' })
  expect(told.map(([service]) => service)).toEqual(['catalog', 'orders'])
  for (const [, ms] of told) expect(ms).toBeGreaterThanOrEqual(0)
})
