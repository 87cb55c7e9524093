import { ExperimentsView } from './experiments/experiments.tsx'
import { LogsView } from './logs/logs-view.tsx'
import { MapView } from './map/map-view.tsx'
import { NumbersView } from './numbers/numbers-view.tsx'
import { OrdersView } from './orders/orders-view.tsx'
import type { PageView } from './view.ts'
import { WallView } from './wall/wall.tsx'

/** In the order of their tabs; the first is where one begins. */
export const views: readonly PageView[] = [
  { id: 'wall', title: 'Breaker wall', View: WallView },
  { id: 'experiments', title: 'Experiments', View: ExperimentsView },
  { id: 'orders', title: 'Orders', View: OrdersView },
  { id: 'logs', title: 'Logs', View: LogsView },
  { id: 'map', title: 'Map', View: MapView },
  { id: 'numbers', title: 'Numbers', View: NumbersView },
]
