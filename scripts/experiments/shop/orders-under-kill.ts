import { workloadNames } from '../../../services/shared/contracts/topology.ts'
import type { Experiment } from '../core/experiment.ts'
import { firstReplica } from '../core/first-replica.ts'
import { killReplica } from '../core/replica-actions.ts'
import { watchCallers } from '../core/timeline.ts'
import { shopDestination, shopWorkload } from './destinations.ts'
import { observe } from './orders-under-kill/observe.ts'
import { story } from './orders-under-kill/story.ts'
import { type Config, names, type Observed, verdict } from './orders-under-kill/verdict.ts'
import { allReady } from './ready.ts'
import type { ShopTarget } from './shop-target.ts'

/** A customer who gets no answer sends again; the Idempotency-Key makes that safe, whatever the killed process had done. */
export const ordersUnderKill: Experiment<Config, Observed, ShopTarget> = {
  name: 'orders-under-kill',
  hypothesis:
    'When orders is killed (kill -9) while customers order, every order is taken, confirmed and charged once, however often its customer sends it.',
  config: async () => ({ orders: 60, perSecond: 30, sameKey: true }),
  steadyState: (target) => allReady(target, workloadNames),
  watch: async (target) => watchCallers(target, await target.replicas(shopWorkload('gateway')), shopDestination('orders')),
  action: async (target) => killReplica(target, await firstReplica(target, shopWorkload('orders'))),
  observe,
  verdict,
  story,
  negativeControl: {
    change: 'customers who send again use another Idempotency-Key',
    without: (config) => ({ ...config, sameKey: false }),
    mustFail: names.once,
    mustPass: [names.killed, names.accepted, names.ended],
  },
}
