import { equals, within } from '../../checks/check.ts'
import { hosts } from '../../envoy-admin/clusters.ts'
import { outboundCluster } from '../core/destination.ts'
import type { Experiment } from '../core/experiment.ts'
import { changePolicy } from '../core/policy-change.ts'
import { rollingRestart } from '../core/replica-actions.ts'
import { routeRule, withoutRetries } from '../core/route/route-rule.ts'
import { watchCallers } from '../core/timeline.ts'
import { killInTurn } from './callee-rollout/kill-in-turn.ts'
import { observe } from './callee-rollout/observe.ts'
import { story } from './callee-rollout/story.ts'
import { type Config, names, type Observed, verdict } from './callee-rollout/verdict.ts'
import { shopDestination, shopWorkload } from './destinations.ts'
import { productPages } from './product-pages.ts'
import { allReady } from './ready.ts'
import type { ShopTarget } from './shop-target.ts'

const destination = shopDestination('catalog')
/** Its first entry is that of reads. */
const route = { kind: 'VirtualService', namespace: destination.namespace, name: 'catalog', index: 0 } as const

const gateways = (target: ShopTarget) => target.replicas(shopWorkload('gateway'))

/** The catalog is replaced while it is asked: who is told to end answers what it has, and what still fails is sent again. */
export const calleeRollout: Experiment<Config, Observed, ShopTarget> = {
  name: 'callee-rollout',
  hypothesis:
    'While all replicas of catalog are restarted one after another no customer sees an error: who ends is asked no more, and a read that fails all the same is sent to another replica.',
  config: async (target) => {
    const [inForce, replicas] = await Promise.all([target.policy(route), target.replicas(shopWorkload('catalog'))])
    return { ...routeRule(inForce, route.index), replicas: replicas.length, customers: 4, orderly: true }
  },
  steadyState: async (target, { replicas }) => {
    const callers = await gateways(target)
    const seen = await Promise.all(callers.map((caller) => hosts(target.admin(caller), outboundCluster(destination))))
    const whole = await Promise.all(callers.map((caller) => productPages.send(target, caller)))
    return [
      within('replicas of catalog (one is replaced, the others answer)', { min: 2 }, replicas),
      ...(await allReady(target, ['catalog', 'gateway'])),
      equals(
        'replicas that take traffic, by each caller',
        callers.map(() => replicas),
        seen.map((all) => all.filter(({ ejected }) => !ejected).length),
      ),
      equals(
        `${productPages.name} answered whole`,
        callers.map(() => true),
        whole,
      ),
    ]
  },
  watch: async (target) => watchCallers(target, await gateways(target), destination),
  action: async (target, { orderly }) => (orderly ? rollingRestart(target, shopWorkload('catalog')) : killInTurn(target)),
  observe,
  verdict,
  story,
  negativeControl: {
    change: 'the replicas are killed, and the retries of reads removed',
    mustFail: names.served,
    mustPass: [names.replaced, names.asked],
    without: (config) => ({ ...config, orderly: false }),
    action: async (target) => {
      const inForce = await target.policy(route)
      const affected = (await gateways(target)).map((proxy) => ({ proxy, part: 'routes' as const }))
      return changePolicy(target, { ...route, to: inForce && withoutRetries(inForce, route.index), affected })
    },
  },
}
