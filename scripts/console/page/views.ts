import { ExperimentsView } from './experiments/experiments.tsx'
import { OrdersView } from './orders/orders-view.tsx'
import type { PageView } from './view.ts'
import { WallView } from './wall/wall.tsx'

/** In the order of their tabs; the first is where one begins. */
export const views: readonly PageView[] = [
  { id: 'wall', title: 'Breaker wall', View: WallView },
  { id: 'experiments', title: 'Experiments', View: ExperimentsView },
  { id: 'orders', title: 'Orders', View: OrdersView },
]
