import { equals } from '../../checks/check.ts'
import { ejectionRule, envoyDefaults } from '../core/destination-rule.ts'
import { ejectionSteadyState } from '../core/ejection/steady-state.ts'
import type { Experiment } from '../core/experiment.ts'
import { watchCallers } from '../core/timeline.ts'
import { badCanary, versions } from './canary-goes-bad/bad-canary.ts'
import { observe } from './canary-goes-bad/observe.ts'
import { story } from './canary-goes-bad/story.ts'
import { type Config, names, type Observed, verdict } from './canary-goes-bad/verdict.ts'
import { shopDestination, shopWorkload } from './destinations.ts'
import { productPages } from './product-pages.ts'
import type { ShopTarget } from './shop-target.ts'

const destination = shopDestination('catalog')
const rule = { kind: 'DestinationRule', namespace: destination.namespace, name: 'catalog' } as const

const gateways = (target: ShopTarget) => target.replicas(shopWorkload('gateway'))
const hostNames = async (target: ShopTarget) => (await target.hosts(destination)).map(({ name }) => name)

/** A second version of catalog takes a share and goes bad. */
export const canaryGoesBad: Experiment<Config, Observed, ShopTarget> = {
  name: 'canary-goes-bad',
  hypothesis:
    'A replica of a canary that answers errors is ejected and costs nobody a page; a canary that is all bad costs no more than its share of pages, and none once its split is taken back.',
  config: async (target) => {
    const declared = ejectionRule(await target.policy(rule), destination)
    const [stable, callers] = await Promise.all([hostNames(target), gateways(target)])
    return {
      declared: declared !== undefined,
      rule: declared ?? envoyDefaults,
      percent: 25,
      stable,
      replicas: stable.length,
      callers: callers.map(({ name }) => name),
      customers: 4,
      ejectedWithinMs: 5_000,
      ejection: true,
    }
  },
  steadyState: async (target, config) => [
    ...(await ejectionSteadyState(target, { destination, callers: await gateways(target), traffic: productPages }, config)),
    equals('replicas of catalog', config.stable, await hostNames(target)),
    // Somebody else's split would be taken back with ours.
    equals('versions that the traffic of catalog is divided between', [], (await target.policy(rule))?.spec.subsets ?? []),
  ],
  watch: async (target) => {
    const callers = await gateways(target)
    return (await Promise.all(versions.map((subset) => watchCallers(target, callers, { ...destination, subset })))).flat()
  },
  action: async (target, config) => badCanary(target, config),
  observe,
  verdict,
  story,
  negativeControl: {
    change: 'outlierDetection removed from the DestinationRule of catalog and its versions',
    without: (config) => ({ ...config, ejection: false }),
    mustFail: names.leftAlone,
    mustPass: [names.failed, names.takenBack],
  },
}
