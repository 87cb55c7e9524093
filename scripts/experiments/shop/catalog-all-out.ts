import type { Replica } from '../../access/replica.ts'
import { type Check, equals, within } from '../../checks/check.ts'
import { enforcedRule } from '../../envoy-admin/config.ts'
import { outboundCluster } from '../core/destination.ts'
import { ejectionRule, envoyDefaults, outlierDetection, withOutlierDetection } from '../core/destination-rule.ts'
import { ejectionSteadyState, mergeWindowMs } from '../core/ejection/steady-state.ts'
import type { Experiment } from '../core/experiment.ts'
import { ofCaller } from '../core/of-caller.ts'
import { type Affected, changePolicy } from '../core/policy-change.ts'
import { watchCallers } from '../core/timeline.ts'
import { allAnswer, observeAllOut } from './catalog-all-out/observe.ts'
import { allOutStory } from './catalog-all-out/story.ts'
import {
  type AllOutConfig,
  type AllOutObserved,
  allOut,
  allOutVerdict,
  failed500,
  failed503,
  listsRefused,
  nobodyAsked,
  notBy500,
  pagesDegrade,
} from './catalog-all-out/verdict.ts'
import { shopDestination, shopWorkload } from './destinations.ts'
import { productPages } from './product-pages.ts'
import type { ShopTarget } from './shop-target.ts'

const destination = shopDestination('catalog')
const cluster = outboundCluster(destination)
const rule = { kind: 'DestinationRule', namespace: destination.namespace, name: destination.service }

const gateways = (target: ShopTarget): Promise<readonly Replica[]> => target.replicas(shopWorkload('gateway'))
const affected = async (target: ShopTarget): Promise<Affected[]> => (await gateways(target)).map((proxy) => ({ proxy, cluster }))

/** All replicas fail, first with a status that is no gateway error, then with one that is. */
export const catalogAllOut: Experiment<AllOutConfig, AllOutObserved, ShopTarget> = {
  name: 'catalog-all-out',
  hypothesis:
    'Where gateway errors alone count and all may be ejected, catalog replicas that answer 500 stay and those that answer 503 are all ejected. Then nobody is asked (503, flag UH): pages come without prices at once, and what needs catalog is refused.',
  config: async (target) => {
    const declared = ejectionRule(await target.policy(rule), destination)
    const [hosts, callers] = await Promise.all([target.hosts(destination), gateways(target)])
    return {
      declared: declared !== undefined,
      rule: declared ?? envoyDefaults,
      replicas: hosts.length,
      callers: callers.map(({ name }) => name),
    }
  },
  instruments: async (target, { rule: { consecutiveErrors } }) => {
    const inForce = await target.policy(rule)
    const gatewayErrorsOnly = { consecutive5xxErrors: 0, consecutiveGatewayErrors: consecutiveErrors, maxEjectionPercent: 100 }
    const to = inForce && outlierDetection(inForce, destination) && withOutlierDetection(inForce, destination, gatewayErrorsOnly)
    return to ? [await changePolicy(target, { ...rule, to, affected: await affected(target) })] : []
  },
  steadyState: async (target, config) => {
    const callers = await gateways(target)
    const { consecutiveErrors } = config.rule
    const inForce = async (caller: Replica): Promise<Check[]> => {
      const enforced = await enforcedRule(target.admin(caller), cluster)
      const what = "gateway errors in a row that eject, in force in the gateway's proxy"
      return ofCaller(caller.name, callers.length === 1, [equals(what, consecutiveErrors, enforced.consecutiveGatewayErrors)])
    }
    return [
      // The last ejections of all are in force that much later.
      within('first ejection, ms (time enough to ask while all are out)', { min: 3 * mergeWindowMs }, config.rule.baseMs),
      ...(await ejectionSteadyState(
        target,
        { destination, callers, traffic: productPages },
        // Of all 5xx: none ejects.
        { ...config, rule: { ...config.rule, consecutiveErrors: 0 } },
      )),
      ...(config.declared ? (await Promise.all(callers.map(inForce))).flat() : []),
    ]
  },
  watch: async (target) => watchCallers(target, await gateways(target), destination),
  action: async (target) => allAnswer(target, await target.hosts(destination), 500),
  observe: observeAllOut,
  verdict: allOutVerdict,
  story: allOutStory,
  negativeControl: {
    change: 'every 5xx counts in the DestinationRule of catalog, and one replica less may be ejected',
    mustFail: [notBy500, allOut, nobodyAsked],
    mustPass: [failed500, failed503, pagesDegrade, listsRefused],
    action: async (target) => {
      const [inForce, hosts] = await Promise.all([target.policy(rule), target.hosts(destination)])
      const { consecutiveGatewayErrors = 0 } = outlierDetection(inForce, destination) ?? {}
      return changePolicy(target, {
        ...rule,
        to:
          inForce &&
          withOutlierDetection(inForce, destination, {
            consecutive5xxErrors: consecutiveGatewayErrors,
            consecutiveGatewayErrors: 0,
            maxEjectionPercent: Math.ceil((100 * (hosts.length - 1)) / hosts.length),
          }),
        affected: await affected(target),
        within: true,
      })
    },
  },
}
