import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createGateway } from '../../../../services/gateway/app.ts'
import { fakeMesh, refusal, type Scripted } from './fake-mesh.ts'
import { calledBy, tools } from './test-callers.ts'

const mug = { sku: 'MUG-BLUE', name: 'Harbour mug', description: 'Stoneware.', price: 1450 }
const stock = { sku: 'MUG-BLUE', available: 7, reserved: 1, sold: 2, received: 10 }
const healthy: Record<string, Scripted> = {
  'catalog GET /products': { body: { products: [mug] } },
  'catalog GET /products/MUG-BLUE': { body: mug },
  'inventory GET /availability': { body: { items: [stock] } },
  'inventory GET /availability/MUG-BLUE': { body: stock },
  'shipping GET /quotes/MUG-BLUE': { body: { sku: 'MUG-BLUE', price: 490, days: 2 } },
}
const down: Scripted = { unavailable: 'circuit-open' }

const get = async (path: string, changes: Record<string, Scripted> = {}) => {
  const app = createGateway({
    mesh: fakeMesh({ ...healthy, ...changes }),
    logger: pino({ level: 'silent' }),
    authorizers: [calledBy(tools)],
  })
  const response = await app.inject(path)
  return { status: response.statusCode, headers: response.headers, body: response.json() }
}

test('a product page has all its parts', async () => {
  expect(await get('/v1/products/MUG-BLUE')).toMatchObject({
    status: 200,
    body: { ...mug, availability: { available: 7 }, quote: { price: 490, days: 2 }, degraded: [] },
  })
})

test.each([
  ['catalog GET /products/MUG-BLUE', 'price', ['sku', 'availability', 'quote', 'degraded']],
  ['inventory GET /availability/MUG-BLUE', 'availability', ['sku', 'name', 'description', 'price', 'quote', 'degraded']],
  ['shipping GET /quotes/MUG-BLUE', 'quote', ['sku', 'name', 'description', 'price', 'availability', 'degraded']],
])('without %s the page is complete but for %s, which it names', async (route, part, fields) => {
  const { status, body } = await get('/v1/products/MUG-BLUE', { [route]: down })
  expect(status).toBe(200)
  expect(body.degraded).toEqual([part])
  expect(Object.keys(body).sort()).toEqual([...fields].sort())
})

test('two parts missing are both named', async () => {
  const { body } = await get('/v1/products/MUG-BLUE', {
    'shipping GET /quotes/MUG-BLUE': { unavailable: 'timeout' },
    'inventory GET /availability/MUG-BLUE': { unavailable: 'no-healthy-upstream' },
  })
  expect(body.degraded).toEqual(['availability', 'quote'])
})

test('without any part there is no page', async () => {
  const { status, headers, body } = await get('/v1/products/MUG-BLUE', {
    'catalog GET /products/MUG-BLUE': down,
    'inventory GET /availability/MUG-BLUE': down,
    'shipping GET /quotes/MUG-BLUE': down,
  })
  expect({ status, code: body.code }).toEqual({ status: 503, code: 'UPSTREAM_UNAVAILABLE' })
  expect(headers['retry-after']).toBe('1')
})

test('what catalog does not know does not exist, whatever the others say', async () => {
  const { status, headers, body } = await get('/v1/products/MUG-BLUE', {
    'catalog GET /products/MUG-BLUE': refusal(404, 'PRODUCT_UNKNOWN'),
  })
  expect(headers['content-type']).toContain('application/problem+json')
  expect({ status, code: body.code }).toEqual({ status: 404, code: 'PRODUCT_UNKNOWN' })
})

test('a product that inventory does not know yet has a page', async () => {
  const { status, body } = await get('/v1/products/MUG-BLUE', { 'inventory GET /availability/MUG-BLUE': refusal(404, 'SKU_UNKNOWN') })
  expect({ status, degraded: body.degraded }).toEqual({ status: 200, degraded: ['availability'] })
})

test('something that is no SKU is refused before anybody is asked', async () => {
  const { status, body } = await get('/v1/products/mug%20blue')
  expect({ status, code: body.code }).toEqual({ status: 400, code: 'VALIDATION_FAILED' })
})

test('the list has every product with its availability', async () => {
  expect((await get('/v1/products')).body).toEqual({ products: [{ ...mug, availability: { available: 7 } }], degraded: [] })
})

test('the list does without availability', async () => {
  expect(await get('/v1/products', { 'inventory GET /availability': down })).toMatchObject({
    status: 200,
    body: { products: [mug], degraded: ['availability'] },
  })
})

test('there is no list without catalog, and the answer says when to come back but not what broke', async () => {
  const { status, headers, body } = await get('/v1/products', { 'catalog GET /products': down })
  expect(status).toBe(503)
  expect(headers['retry-after']).toBe('1')
  expect(body).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', type: 'urn:breakwater:problem:UPSTREAM_UNAVAILABLE' })
  expect(JSON.stringify(body)).not.toContain('catalog')
})
