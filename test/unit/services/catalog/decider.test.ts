import { test } from 'vitest'
import { catalogDecider } from '../../../../services/catalog/decider/decider.ts'
import { specify } from '../../given-when-then.ts'

const given = specify(catalogDecider)
const mug = { sku: 'MUG', name: 'Mug', description: 'Holds tea.', price: 1000 }
const listed = { type: 'catalog.ProductListed', data: mug } as const
const changed = { type: 'catalog.PriceChanged', data: { sku: 'MUG', price: 1200, previous: 1000 } } as const

test('a new product is listed', () => given().when({ type: 'ListProduct', data: mug }).thenEvents(listed))

test('listing again changes nothing, also after the price has changed', () => {
  given(listed).when({ type: 'ListProduct', data: mug }).thenEvents()
  given(listed, changed).when({ type: 'ListProduct', data: mug }).thenEvents()
})

test('a changed price says what it was', () =>
  given(listed)
    .when({ type: 'ChangePrice', data: { sku: 'MUG', price: 1200 } })
    .thenEvents(changed))

test('the price that it has already changes nothing', () => {
  given(listed, changed)
    .when({ type: 'ChangePrice', data: { sku: 'MUG', price: 1200 } })
    .thenEvents()
})

test('an unlisted product has no price', () =>
  given()
    .when({ type: 'ChangePrice', data: { sku: 'MUG', price: 1 } })
    .thenRefused('PRODUCT_UNKNOWN'))
