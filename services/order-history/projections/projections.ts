import type { Projection } from '../../shared/runtime/projections/index.ts'
import { customerSummary } from './customer-summary.ts'
import { orderDetail } from './order-detail.ts'
import { orderList } from './order-list.ts'
import { revenueByDay } from './revenue-by-day.ts'
import { stockView } from './stock-view.ts'

/** The read models of order-history, each a table that is a fold of events. */
export const projections: readonly Projection[] = [orderList, orderDetail, customerSummary, stockView, revenueByDay]
