import { workloadNames } from '../../../services/shared/contracts/topology.ts'
import type { Action } from '../core/action.ts'
import type { Experiment } from '../core/experiment.ts'
import { watchCallers } from '../core/timeline.ts'
import { shopDestination, shopWorkload } from './destinations.ts'
import { allReady } from './ready.ts'
import { observe } from './rebuild-under-load/observe.ts'
import { requestRebuild } from './rebuild-under-load/request-rebuild.ts'
import { story } from './rebuild-under-load/story.ts'
import { type Config, names, type Observed, verdict } from './rebuild-under-load/verdict.ts'
import type { ShopTarget } from './shop-target.ts'

/** A read model is made again beside the rows in use, so readers notice nothing, and rows that were right come out the same. */
export const rebuildUnderLoad: Experiment<Config, Observed, ShopTarget> = {
  name: 'rebuild-under-load',
  hypothesis:
    'While the order list is made again from the log and orders come in, every read is answered and forgets no order; afterwards the rows are the same, by their hash.',
  config: async () => ({ projection: 'order-list', orders: 30, perSecond: 10, beside: true }),
  steadyState: (target) => allReady(target, workloadNames),
  watch: async (target) => watchCallers(target, await target.replicas(shopWorkload('gateway')), shopDestination('order-history')),
  action: async (target, { projection, beside }) => (beside ? rebuilding(target, projection) : restarting(target)),
  observe,
  verdict,
  story,
  negativeControl: {
    change: 'order-history is killed and starts anew, instead of making the rows beside those in use',
    without: (config) => ({ ...config, beside: false }),
    mustFail: names.answered,
    mustPass: [names.accepted, names.listed],
  },
}

/** One that fails leaves the rows in use as they are: there is nothing to roll back. */
const rebuilding = (target: ShopTarget, projection: string): Action => ({
  description: `${projection}, made again`,
  apply: async () => void (await requestRebuild(target, projection)),
  rollback: async () => {},
})

async function restarting(target: ShopTarget): Promise<Action> {
  const replicas = await target.replicas(shopWorkload('order-history'))
  return {
    description: 'order-history, killed',
    apply: async () => void (await Promise.all(replicas.map((replica) => target.kill(replica)))),
    rollback: async () => void (await Promise.all(replicas.map((replica) => target.resume(replica)))),
  }
}
