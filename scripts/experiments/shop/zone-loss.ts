import { equals } from '../../checks/check.ts'
import { outboundCluster } from '../core/destination.ts'
import { ejectionRule, envoyDefaults, mostEjected, withoutOutlierDetection } from '../core/destination-rule.ts'
import { ejectionSteadyState } from '../core/ejection/steady-state.ts'
import type { Experiment } from '../core/experiment.ts'
import { changePolicy } from '../core/policy-change.ts'
import { routeRule } from '../core/route/route-rule.ts'
import { watchCallers } from '../core/timeline.ts'
import { shopDestination, shopWorkload } from './destinations.ts'
import { productPages } from './product-pages.ts'
import type { ShopTarget } from './shop-target.ts'
import { giveZones, preferred, type Zones } from './zone-loss/give-zones.ts'
import { loseZone } from './zone-loss/lose-zone.ts'
import { observe } from './zone-loss/observe.ts'
import { story } from './zone-loss/story.ts'
import { type Config, names, type Observed, verdict } from './zone-loss/verdict.ts'

const destination = shopDestination('catalog')
const rule = { kind: 'DestinationRule', namespace: destination.namespace, name: 'catalog' } as const
/** Its first entry is that of reads. */
const route = { kind: 'VirtualService', namespace: destination.namespace, name: 'catalog', index: 0 } as const

async function zonesOf(target: ShopTarget, { near, callers }: Config): Promise<Zones> {
  const [hosts, gateways] = await Promise.all([target.hosts(destination), target.replicas(shopWorkload('gateway'))])
  return {
    destination,
    callers: gateways.filter(({ name }) => callers.includes(name)),
    near: hosts.filter(({ name }) => near.includes(name)),
    far: hosts.filter(({ name }) => !near.includes(name)),
  }
}

/** Replicas of two zones; the callers' own one is lost. */
export const zoneLoss: Experiment<Config, Observed, ShopTarget> = {
  name: 'zone-loss',
  hypothesis:
    'Requests to catalog stay in the zone of their caller; when none of its replicas answers they go on in the other zone after a few failures, and come home when it is back.',
  config: async (target) => {
    const inForce = await target.policy(rule)
    const [declared, { attempts }] = [ejectionRule(inForce, destination), routeRule(await target.policy(route), route.index)]
    const [hosts, gateways] = await Promise.all([target.hosts(destination), target.replicas(shopWorkload('gateway'))])
    // A zone of more than may be ejected at a time would never be left out.
    const lost = Math.max(1, mostEjected(inForce, destination, hosts.length))
    return {
      declared: declared !== undefined,
      // Without the rule the run goes by Envoy's defaults, and shows that the zone is not left out.
      rule: declared ?? envoyDefaults,
      attempts,
      replicas: hosts.length,
      near: hosts.slice(0, lost).map(({ name }) => name),
      callers: gateways.map(({ name }) => name),
      customers: 4,
      failoverWithinMs: 5_000,
    }
  },
  instruments: async (target, config) => [giveZones(target, await zonesOf(target, config))],
  steadyState: async (target, config) => {
    const zones = await zonesOf(target, config)
    const each = await Promise.all(zones.callers.map((caller) => preferred(target, caller, zones)))
    return [
      ...(await ejectionSteadyState(target, { destination, callers: zones.callers, traffic: productPages }, config)),
      equals(
        'replicas that each caller prefers',
        each.map(() => config.near.toSorted()),
        each,
      ),
    ]
  },
  watch: async (target) => watchCallers(target, await target.replicas(shopWorkload('gateway')), destination),
  action: async (target, config) => loseZone(target, (await zonesOf(target, config)).near),
  observe: async (run, config) => observe(run, await zonesOf(run.target, config), config),
  verdict,
  story,
  negativeControl: {
    change: 'outlierDetection removed from the DestinationRule of catalog',
    mustFail: names.leftAlone,
    mustPass: [names.lost, names.back],
    action: async (target) => {
      const inForce = await target.policy(rule)
      return changePolicy(target, {
        ...rule,
        to: inForce && withoutOutlierDetection(inForce),
        affected: (await target.replicas(shopWorkload('gateway'))).map((proxy) => ({ proxy, cluster: outboundCluster(destination) })),
      })
    },
  },
}
