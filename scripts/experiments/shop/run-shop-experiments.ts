import type { AnyExperiment } from '../core/experiment.ts'
import { type ExperimentsReport, type ExperimentsRun, runExperiments } from '../core/run-experiments.ts'
import { checkInvariants } from './invariants/check-invariants.ts'
import { type OrdersPlaced, startOrders } from './orders-in-flight.ts'
import type { ShopTarget } from './shop-target.ts'

export interface ShopExperimentsRun
  extends Pick<ExperimentsRun<OrdersPlaced, ShopTarget>, 'target' | 'out' | 'signal' | 'progress' | 'news'> {
  readonly experiments: readonly AnyExperiment<ShopTarget>[]
}

/**
 * Experiments on the shop, while orders are under way that the business invariants are about.
 * @throws AnotherRun, NoShop, UnwritableFolder before anything is touched
 */
export const runShopExperiments = (run: ShopExperimentsRun): Promise<ExperimentsReport> =>
  // Nothing is broken that could not be audited afterwards.
  runExperiments({ ...run, startTraffic: startOrders, checkInvariants, prepare: (target) => target.brokers(), versions: kafkaOf })

async function kafkaOf(target: ShopTarget): Promise<{ readonly kafka?: string }> {
  const kafka = await target.kafkaVersion()
  return kafka === undefined ? {} : { kafka }
}
