import { expect, test } from 'vitest'
import { catalogService } from '../../../../services/catalog/app.ts'
import { serviceInMemory } from '../../service-in-memory.ts'

const mug = { sku: 'MUG', name: 'Mug', description: 'Holds tea.', price: 1000 }
const tea = { sku: 'TEA', name: 'Tea', description: 'In mugs.', price: 500 }

const catalog = () =>
  serviceInMemory(
    catalogService(),
    ...[tea, mug].map((product) => [product.sku, { type: 'catalog.ProductListed', data: product }] as const),
  )

test('products are listed by SKU', async () => {
  const answer = await catalog().app.inject('/products')
  expect(answer.json()).toEqual({ products: [mug, tea] })
})

test('one product; an unknown one is a 404, however odd its SKU', async () => {
  const { app } = catalog()
  expect((await app.inject('/products/TEA')).json()).toEqual(tea)
  for (const sku of ['GHOST', 'gh%20ost', '..%2f']) {
    const answer = await app.inject(`/products/${sku}`)
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'PRODUCT_UNKNOWN'])
    expect(answer.headers['content-type']).toContain('application/problem+json')
  }
})

test('a price is changed and then shown', async () => {
  const { app } = catalog()
  expect((await app.inject({ method: 'PUT', url: '/products/MUG/price', payload: { price: 1200 } })).statusCode).toBe(204)
  expect((await app.inject('/products/MUG')).json()).toEqual({ ...mug, price: 1200 })
})

test('the price of an unknown product is a 404', async () => {
  const answer = await catalog().app.inject({ method: 'PUT', url: '/products/GHOST/price', payload: { price: 1 } })
  expect([answer.statusCode, answer.json().code]).toEqual([404, 'PRODUCT_UNKNOWN'])
})

test.each([
  ['no body', ''],
  ['malformed JSON', '{"price":'],
  ['a negative price', '{"price":-1}'],
  ['a fraction of a cent', '{"price":0.5}'],
  ['text', '{"price":"1"}'],
  ['a price beyond all bounds', '{"price":1e300}'],
  ['more than asked for', '{"price":1,"sku":"TEA"}'],
])('bad input is refused and nothing is submitted: %s', async (_name, payload) => {
  const { app, submitted } = catalog()
  const answer = await app.inject({ method: 'PUT', url: '/products/MUG/price', headers: { 'content-type': 'application/json' }, payload })
  expect(answer.statusCode).toBe(400)
  expect(['MALFORMED_JSON', 'VALIDATION_FAILED']).toContain(answer.json().code)
  expect(submitted).toEqual([])
})

test('seed commands list what is missing, and nothing once it is there', () => {
  const service = catalogService()
  const seeds = service.seedCommands?.() ?? []
  expect(seeds.map(({ aggregateId }) => aggregateId)).toContain('MUG-BLUE')
  for (const { command } of seeds) {
    if (command.type === 'ListProduct') service.view?.(command.data.sku, { status: 'listed', product: command.data })
  }
  expect(service.seedCommands?.()).toEqual([])
})
