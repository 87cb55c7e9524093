import { OrdersView } from './orders/orders-view.tsx'
import type { PageView } from './view.ts'

/** In the order of their tabs; the first is where one begins. */
export const views: readonly PageView[] = [{ id: 'orders', title: 'Orders', View: OrdersView }]
