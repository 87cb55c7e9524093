import { outboundCluster } from '../core/destination.ts'
import { ejectionRule, envoyDefaults, withoutOutlierDetection } from '../core/destination-rule.ts'
import type { Experiment } from '../core/experiment.ts'
import { firstReplica } from '../core/first-replica.ts'
import { abortRequests } from '../core/http-fault.ts'
import { changePolicy } from '../core/policy-change.ts'
import { watchCallers } from '../core/timeline.ts'
import { shopDestination, shopWorkload } from './destinations.ts'
import { observeEjection } from './ejection/observe.ts'
import { catalogSteadyState } from './ejection/steady-state.ts'
import {
  customersServed,
  type EjectionConfig,
  type EjectionObserved,
  ejectedOnce,
  ejectionVerdict,
  faultWasThere,
} from './ejection/verdict.ts'
import type { ShopTarget } from './shop-target.ts'

/** A 500 counts for `consecutive5xxErrors` only, so the other detectors stay out of it. */
const status = 500
const destination = shopDestination('catalog')
const gateway = shopWorkload('gateway')
const rule = { kind: 'DestinationRule', namespace: destination.namespace, name: 'catalog' }

async function config(target: ShopTarget): Promise<EjectionConfig> {
  const declared = ejectionRule(await target.policy(rule))
  const replicas = await target.hosts(destination)
  const victim = replicas[0]?.name ?? 'no replica'
  // Without the rule the run goes by Envoy's defaults, and shows that nobody is ejected.
  return { declared: declared !== undefined, rule: declared ?? envoyDefaults, replicas: replicas.length, victim, status }
}

/** One of several replicas fails; the caller's proxy leaves it out and lets it back in. */
export const catalogEjection: Experiment<EjectionConfig, EjectionObserved, ShopTarget> = {
  name: 'catalog-ejection',
  hypothesis:
    'A catalog replica that answers errors is ejected after exactly the configured count, gets no request for the configured time, and customers notice nothing.',
  config,
  steadyState: catalogSteadyState,
  watch: async (target) => watchCallers(target, [await firstReplica(target, gateway)], destination),
  action: async (target, { victim }) => {
    const replica = (await target.hosts(destination)).find(({ name }) => name === victim)
    if (replica === undefined) throw new Error(`${victim} is gone`)
    return abortRequests(target, replica, { status })
  },
  observe: observeEjection,
  verdict: ejectionVerdict,
  negativeControl: {
    change: 'outlierDetection removed from the DestinationRule of catalog',
    mustFail: ejectedOnce,
    mustPass: [customersServed, faultWasThere],
    action: async (target) => {
      const inForce = await target.policy(rule)
      return changePolicy(target, {
        ...rule,
        to: inForce && withoutOutlierDetection(inForce),
        affected: [{ proxy: await firstReplica(target, gateway), cluster: outboundCluster(destination) }],
      })
    },
  },
}
