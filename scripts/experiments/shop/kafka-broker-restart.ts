import { workloadNames } from '../../../services/shared/contracts/topology.ts'
import type { Experiment } from '../core/experiment.ts'
import { watchCallers } from '../core/timeline.ts'
import { shopDestination, shopWorkload } from './destinations.ts'
import { observe } from './kafka-broker-restart/observe.ts'
import { story } from './kafka-broker-restart/story.ts'
import { type Config, names, type Observed, verdict } from './kafka-broker-restart/verdict.ts'
import { killBroker } from './kill-broker.ts'
import { allReady } from './ready.ts'
import type { ShopTarget } from './shop-target.ts'

/** What the shop has said yes to is in the log, and what cannot be written now is refused at once, so that its customer can come again. */
export const kafkaBrokerRestart: Experiment<Config, Observed, ShopTarget> = {
  name: 'kafka-broker-restart',
  hypothesis:
    'When the broker is killed while customers order, accepted orders are all there, the others get a clear 503, and sent again under their key each of them becomes one order.',
  config: async () => ({ orders: 75, perSecond: 15, deadMs: 2_000, sendAgain: true }),
  steadyState: (target) => allReady(target, workloadNames),
  watch: async (target) => watchCallers(target, await target.replicas(shopWorkload('gateway')), shopDestination('orders')),
  // A cluster starts it again at once.
  action: async (target) => killBroker(target, { hold: target.name === 'local' }),
  observe,
  verdict,
  story,
  negativeControl: {
    change: 'customers who were refused do not send again',
    without: (config) => ({ ...config, sendAgain: false }),
    mustFail: names.served,
    mustPass: [names.refused, names.kept, names.clear],
  },
}
