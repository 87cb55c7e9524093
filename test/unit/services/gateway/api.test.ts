import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { openApiDocument } from '../../../../services/gateway/api/open-api-document.ts'
import { versions } from '../../../../services/gateway/api/versions.ts'
import { createGateway } from '../../../../services/gateway/app.ts'
import { fakeMesh, type Scripted } from './fake-mesh.ts'
import { calledBy, tools } from './test-callers.ts'

const orderId = 'ord_0123456789abcdefghijkl'
const time = '2026-03-01T10:00:00.000Z'
const shipTo = { name: 'Ada', street: 'Quay 1', city: 'Bremen', postalCode: '28195', country: 'DE' }
const summary = { orderId, customerId: 'ada', status: 'placed', version: 1, total: 2905, placedAt: time, updatedAt: time }
const detail = { ...summary, lines: [{ sku: 'MUG-BLUE', quantity: 2, unitPrice: 1450 }], shipTo, timeline: [] }
const mug = { sku: 'MUG-BLUE', name: 'Harbour mug', description: 'Stoneware.', price: 1450 }
const customer = { customerId: 'ada', orders: 2, open: 1, shipped: 0, cancelled: 1, charged: 5000, refunded: 7005, spent: -2005 }
const day = { day: '2026-03-01', payments: 1, charged: 100, refunds: 1, refunded: 1005, revenue: -905 }
const answers: Record<string, Scripted> = {
  'catalog GET /products': { body: { products: [mug] } },
  'catalog GET /products/MUG-BLUE': { body: mug },
  'inventory GET /availability': { body: { items: [] } },
  'inventory GET /availability/MUG-BLUE': { body: { sku: 'MUG-BLUE', available: 7, reserved: 0, sold: 0, received: 7 } },
  'shipping GET /quotes/MUG-BLUE': { body: { sku: 'MUG-BLUE', price: 490, days: 2 } },
  'orders POST /orders': { status: 202, body: { orderId } },
  [`orders POST /orders/${orderId}/cancel`]: { status: 202, body: { orderId } },
  [`order-history GET /orders/${orderId}`]: { body: detail, headers: { etag: '"1.1"' } },
  'order-history GET /customers/ada': { body: customer },
  'order-history GET /customers/ada/orders?limit=20': { body: { orders: [summary], next: 'abc' } },
  'order-history GET /operations/revenue': { body: { days: [day] } },
}
const gateway = () => createGateway({ mesh: fakeMesh(answers), logger: pino({ level: 'silent' }), authorizers: [calledBy(tools)] })
const get = async (path: string) => (await gateway().inject(path)).json()
const eur = (amount: string) => ({ amount, currency: 'EUR' })

describe('v2', () => {
  test('money says its currency, and all else is as in v1', async () => {
    expect(await get('/v2/products')).toEqual({
      products: [{ ...mug, price: eur('14.50'), availability: { available: 0 } }],
      degraded: [],
    })
    expect(await get('/v2/products/MUG-BLUE')).toEqual({
      ...(await get('/v1/products/MUG-BLUE')),
      price: eur('14.50'),
      quote: { price: eur('4.90'), days: 2 },
    })
    const lines = [{ sku: 'MUG-BLUE', quantity: 2, unitPrice: eur('14.50') }]
    expect(await get(`/v2/orders/${orderId}`)).toEqual({ ...detail, total: eur('29.05'), lines })
    expect(await get('/v2/customers/ada/orders')).toEqual({ orders: [{ ...summary, total: eur('29.05') }], next: 'abc' })
    expect(await get('/v2/customers/ada')).toEqual({ ...customer, charged: eur('50.00'), refunded: eur('70.05'), spent: eur('-20.05') })
    expect(await get('/v2/operations/revenue')).toEqual({
      days: [{ ...day, charged: eur('1.00'), refunded: eur('10.05'), revenue: eur('-9.05') }],
    })
  })

  test('who orders there is sent on there', async () => {
    const headers = { 'idempotency-key': 'key-12345' }
    const payload = { customerId: 'ada', lines: [{ sku: 'MUG-BLUE', quantity: 2 }], shipTo }
    const place = (url: string) => gateway().inject({ method: 'POST', url, headers, payload })
    expect((await place('/v2/orders')).headers.location).toBe(`/v2/orders/${orderId}`)
    expect((await place('/v1/orders')).headers.location).toBe(`/v1/orders/${orderId}`)
    const cancelled = await gateway().inject({ method: 'POST', url: `/v2/orders/${orderId}/cancel` })
    expect(cancelled.headers.location).toBe(`/v2/orders/${orderId}`)
  })
})

test('v1 says since when it is deprecated, until when it stays, and what to use; v2 does not', async () => {
  const { headers } = await gateway().inject('/v1/products')
  // RFC 9651 §3.3.7: a date is seconds behind an @.
  expect(headers.deprecation).toMatch(/^@\d{10}$/)
  expect(new Date(Number(String(headers.deprecation).slice(1)) * 1000).toISOString()).toBe('2026-11-29T00:00:00.000Z')
  expect(headers.sunset).toBe('Tue, 30 Nov 2027 00:00:00 GMT')
  expect(headers.link).toContain('</v2/openapi.json>; rel="successor-version"')
  expect((await gateway().inject('/v1/products/no%20sku')).headers.deprecation).toBeDefined()
  const newer = (await gateway().inject('/v2/products')).headers
  expect([newer.deprecation, newer.sunset, newer.link]).toEqual([undefined, undefined, undefined])
})

test('each name of an operation is one route', () => {
  for (const { routes } of versions) {
    const names = routes.map(({ operationId }) => operationId)
    expect(new Set(names).size).toBe(names.length)
  }
})

interface Operation {
  readonly operationId: string
  readonly deprecated?: boolean
  readonly security: readonly object[]
  readonly responses: Readonly<Record<string, { readonly description: string }>>
}
interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

describe('the OpenAPI document', () => {
  test.each(versions)('of $name has every row of the table, and is what is served', async (version) => {
    const document = (await openApiDocument(version)) as unknown as Document
    expect(document.openapi).toBe('3.1.0')
    const operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { operationId }]) => `${method.toUpperCase()} ${path} ${operationId}`),
    )
    const rows = version.routes.map(
      ({ method, path, operationId }) => `${method} /${version.name}${path.replace(/:(\w+)/g, '{$1}')} ${operationId}`,
    )
    expect(operations.sort()).toEqual(rows.sort())
    const served = await gateway().inject(`/${version.name}/openapi.json`)
    expect(served.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(served.json()).toEqual(document)
  })

  test('says who may call and what is refused', async () => {
    const { paths } = (await openApiDocument(versions[0])) as unknown as Document
    const place = paths['/v1/orders']?.post
    expect(place?.security).toContainEqual({ bearer: ['orders:own', 'orders:any'] })
    expect(paths['/v1/products']?.get?.security).toEqual([])
    expect(place?.deprecated).toBe(true)
    expect(place?.responses['422']?.description).toBe('`SKU_UNKNOWN`, `SKU_REPEATED`, `ORDER_TOTAL_TOO_LARGE`')
    expect(Object.keys(place?.responses ?? {})).toEqual(
      expect.arrayContaining(['202', '400', '401', '403', '409', '413', '415', '422', '503']),
    )
  })

  test('/openapi.json is v1', async () => {
    expect(await get('/openapi.json')).toEqual(await get('/v1/openapi.json'))
  })
})

describe('pages', () => {
  const linksOf = (html: string) => [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link = '']) => link)

  test.each(['/', '/docs'])('%s loads from this server alone, and all that it names is there', async (path) => {
    const app = gateway()
    const { headers, body } = await app.inject(path)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self' 'sha256-/)
    expect(headers['content-security-policy']).not.toMatch(/unsafe|https?:/)
    expect(body).not.toMatch(/<script>|<style|style=|onclick/)
    expect(linksOf(body).length).toBeGreaterThan(4)
    for (const link of linksOf(body)) {
      expect(link).toMatch(/^\//)
      expect((await app.inject(link)).statusCode, link).toBe(200)
    }
  })

  test('the page to try the API shows every version', async () => {
    const { body } = await gateway().inject('/docs/start.js')
    for (const { name } of versions) expect(body).toContain(`"/${name}/openapi.json"`)
  })
})
