import { workloadNames } from '../../../services/shared/contracts/topology.ts'
import type { Experiment } from '../core/experiment.ts'
import { watchCallers } from '../core/timeline.ts'
import { shopDestination, shopWorkload } from './destinations.ts'
import { holdDown } from './hold-down.ts'
import { observe } from './payments-down/observe.ts'
import { story } from './payments-down/story.ts'
import { type Config, names, type Observed, verdict } from './payments-down/verdict.ts'
import { allReady } from './ready.ts'
import type { ShopTarget } from './shop-target.ts'

/** Nobody calls payments to move an order forward, so a dead one delays orders; the deadline of an order says for how long. */
export const paymentsDown: Experiment<Config, Observed, ShopTarget> = {
  name: 'payments-down',
  hypothesis:
    'While payments is dead the shop takes orders; those that have time wait, and complete when it is back, charged once; those whose deadline passes are cancelled, and nothing of theirs is kept.',
  config: async () => ({ orders: 6, deadlineMs: 2_500, waitingHaveTime: true }),
  steadyState: (target) => allReady(target, workloadNames),
  watch: async (target) => watchCallers(target, await target.replicas(shopWorkload('gateway')), shopDestination('orders')),
  action: (target) => holdDown(target, shopWorkload('payments')),
  observe,
  verdict,
  story,
  negativeControl: {
    change: 'the orders have no time to wait: their deadline passes while payments is dead',
    without: (config) => ({ ...config, waitingHaveTime: false }),
    mustFail: names.completed,
    mustPass: [names.dead, names.cancelled, names.chargedOnce],
  },
}
