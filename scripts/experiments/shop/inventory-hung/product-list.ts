import type { Replica } from '../../../access/replica.ts'
import { askPage, type Page } from '../page.ts'
import type { ShopTarget } from '../shop-target.ts'

/** What inventory adds to a page, by the name that `degraded` has for it. */
export const inventorysPart = 'availability'

/** One product list of one replica of the gateway. Never rejects. */
export const productList = (target: ShopTarget, gateway: Replica): Promise<Page> => askPage(target, gateway, '/v1/products')
