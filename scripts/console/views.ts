import type { View } from './context.ts'
import { experiments } from './experiments/view.ts'
import { orders } from './order-story/orders.ts'
import { wall } from './wall/view.ts'

/** What each view of the page asks the server for; the page's own list is page/views.ts. */
export const views: readonly View[] = [wall, experiments, orders]
