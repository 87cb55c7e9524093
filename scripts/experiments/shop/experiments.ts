import type { AnyExperiment } from '../core/experiment.ts'
import { calleeRollout } from './callee-rollout.ts'
import { canaryGoesBad } from './canary-goes-bad.ts'
import { catalogAllOut } from './catalog-all-out.ts'
import { catalogEjection } from './catalog-ejection.ts'
import { catalogEjections } from './catalog-ejections.ts'
import { gatewayOverload } from './gateway-overload.ts'
import { httpbinPool } from './httpbin-pool.ts'
import { inventoryHung } from './inventory-hung.ts'
import { kafkaBrokerRestart } from './kafka-broker-restart.ts'
import { ordersUnderKill } from './orders-under-kill.ts'
import { paymentsDown } from './payments-down.ts'
import { rebuildUnderLoad } from './rebuild-under-load.ts'
import { retrySafety } from './retry-safety.ts'
import { retryStorm } from './retry-storm.ts'
import type { ShopTarget } from './shop-target.ts'
import { slowConsumer } from './slow-consumer.ts'
import { zoneLoss } from './zone-loss.ts'

/** All there are, in the order in which `all` runs them. */
export const experiments: readonly AnyExperiment<ShopTarget>[] = [
  httpbinPool,
  catalogEjection,
  catalogEjections,
  catalogAllOut,
  inventoryHung,
  retryStorm,
  retrySafety,
  paymentsDown,
  ordersUnderKill,
  kafkaBrokerRestart,
  slowConsumer,
  rebuildUnderLoad,
  calleeRollout,
  zoneLoss,
  canaryGoesBad,
  gatewayOverload,
]
