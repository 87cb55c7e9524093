import type { View } from './context.ts'
import { experiments } from './experiments/view.ts'
import { mapOf } from './map/view.ts'
import { numbers } from './numbers/view.ts'
import { orders } from './order-story/orders.ts'
import { logs } from './search/logs.ts'
import { shopTopology } from './shop-topology.ts'
import { wall } from './wall/view.ts'

/** What each view of the page asks the server for; the page's own list is page/views.ts. */
export const views: readonly View[] = [wall, experiments, orders, logs, mapOf(shopTopology), numbers]
