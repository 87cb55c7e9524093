import { workloadNames } from '../../../services/shared/contracts/topology.ts'
import type { Experiment } from '../core/experiment.ts'
import { watchCallers } from '../core/timeline.ts'
import { shopDestination, shopWorkload } from './destinations.ts'
import { stopInPlace } from './hold-down.ts'
import { allReady } from './ready.ts'
import type { ShopTarget } from './shop-target.ts'
import { observe } from './slow-consumer/observe.ts'
import { story } from './slow-consumer/story.ts'
import { type Config, names, type Observed, verdict } from './slow-consumer/verdict.ts'

/** Who only listens holds up nobody: its arrears grow in the log, and it works them off when it goes on. */
export const slowConsumer: Experiment<Config, Observed, ShopTarget> = {
  name: 'slow-consumer',
  hypothesis:
    'While notifications is stopped, orders complete and their pages say so; what it has not sent waits in the log, and is sent once, soon after it goes on.',
  config: async () => ({ orders: 40, perSecond: 10, workedOffWithinMs: 15_000, goesOn: true }),
  steadyState: (target) => allReady(target, workloadNames),
  watch: async (target) => watchCallers(target, await target.replicas(shopWorkload('gateway')), shopDestination('order-history')),
  action: (target) => stopInPlace(target, shopWorkload('notifications')),
  observe,
  verdict,
  story,
  negativeControl: {
    change: 'notifications does not go on',
    without: (config) => ({ ...config, goesOn: false }),
    mustFail: names.workedOff,
    mustPass: [names.stopped, names.confirmed, names.pages],
  },
}
