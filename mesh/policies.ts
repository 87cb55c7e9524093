import type { WorkloadName, workloads } from '../services/shared/contracts/topology.ts'
import { catalog } from './catalog.ts'
import type { PolicyFor } from './constructs/destination-policy.ts'
import { httpbin } from './httpbin.ts'
import { identity } from './identity.ts'
import { inventory } from './inventory.ts'
import { orderHistory } from './order-history.ts'
import { orders } from './orders.ts'
import { payments } from './payments.ts'
import { shipping } from './shipping.ts'

/** Whom some workload calls, as topology declares it. */
type Called = (typeof workloads)[WorkloadName]['calls'][number]

/** The policy of every destination: one that topology says is called and that has none does not compile. */
export const policies: Readonly<Record<Called, PolicyFor> & Partial<Record<WorkloadName, PolicyFor>>> = {
  catalog,
  inventory,
  shipping,
  orders,
  'order-history': orderHistory,
  payments,
  identity,
  httpbin,
}
