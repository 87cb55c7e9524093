import type { View } from './context.ts'
import { orders } from './order-story/orders.ts'

/** What each view of the page asks the server for; the page's own list is page/views.ts. */
export const views: readonly View[] = [orders]
