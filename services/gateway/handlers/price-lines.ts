import type { OrderLine, OrderRequest } from '../../shared/contracts/index.ts'
import { DomainError, type Violation } from '../../shared/runtime/http/problem.ts'
import type { Shop } from '../clients.ts'
import { gatewayProblem } from '../errors.ts'

/**
 * Adds catalog's current prices to the lines; each product is asked for once, all side by side.
 * @throws SKU_UNKNOWN naming every line whose product catalog does not have
 */
export async function priceLines(lines: OrderRequest['lines'], shop: Pick<Shop, 'product'>): Promise<OrderLine[]> {
  const skus = [...new Set(lines.map(({ sku }) => sku))]
  const prices = new Map(await Promise.all(skus.map(async (sku) => [sku, await priceOf(sku, shop)] as const)))
  const unknown: Violation[] = []
  const priced = lines.flatMap(({ sku, quantity }, i) => {
    const unitPrice = prices.get(sku)
    if (unitPrice !== undefined) return [{ sku, quantity, unitPrice }]
    unknown.push({ path: `/body/lines/${i}/sku`, message: `${sku} is not for sale` })
    return []
  })
  if (unknown.length > 0) throw gatewayProblem('SKU_UNKNOWN', unknown.map(({ message }) => message).join('; '), unknown)
  return priced
}

async function priceOf(sku: string, shop: Pick<Shop, 'product'>): Promise<number | undefined> {
  try {
    return (await shop.product(sku)).price
  } catch (error) {
    if (error instanceof DomainError && error.code === 'PRODUCT_UNKNOWN') return undefined
    throw error
  }
}
