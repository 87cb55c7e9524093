import { abortEveryRequest } from '../core/abort.ts'
import { ejectionRule, envoyDefaults, withoutOutlierDetection } from '../core/destination-rule.ts'
import type { Experiment } from '../core/experiment.ts'
import { firstReplica } from '../core/first-replica.ts'
import { changePolicy } from '../core/policy-change.ts'
import type { Target } from '../core/target.ts'
import { outboundCluster } from './cluster-names.ts'
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

/** A 500 counts for `consecutive5xxErrors` only, so the other detectors stay out of it. */
const status = 500
const cluster = outboundCluster('catalog')

async function config(target: Target): Promise<EjectionConfig> {
  const rule = ejectionRule(await target.policy('DestinationRule', 'catalog'))
  const replicas = await target.replicas('catalog')
  const victim = replicas[0]?.name ?? 'no replica'
  // Without the rule the run goes by Envoy's defaults, and shows that nobody is ejected.
  return { declared: rule !== undefined, rule: rule ?? envoyDefaults, replicas: replicas.length, victim, status }
}

/** One of several replicas fails; the caller's proxy leaves it out and lets it back in. */
export const catalogEjection: Experiment<EjectionConfig, EjectionObserved> = {
  name: 'catalog-ejection',
  hypothesis:
    'A catalog replica that answers errors is ejected after exactly the configured count, gets no request for the configured time, and customers notice nothing.',
  config,
  steadyState: catalogSteadyState,
  watch: async (target) => {
    const replicas = await target.replicas('catalog')
    const names = new Map(replicas.map(({ address, name }) => [address, name]))
    return [{ caller: await firstReplica(target, 'gateway'), destination: 'catalog', cluster, names }]
  },
  action: async (target, { victim }) => {
    const replica = (await target.replicas('catalog')).find(({ name }) => name === victim)
    if (replica === undefined) throw new Error(`${victim} is gone`)
    return abortEveryRequest(target, replica, status)
  },
  observe: observeEjection,
  verdict: ejectionVerdict,
  negativeControl: {
    change: 'outlierDetection removed from the DestinationRule of catalog',
    mustFail: ejectedOnce,
    mustPass: [customersServed, faultWasThere],
    action: async (target) => {
      const rule = await target.policy('DestinationRule', 'catalog')
      const gateway = await firstReplica(target, 'gateway')
      return changePolicy(target, {
        kind: 'DestinationRule',
        name: 'catalog',
        to: rule && withoutOutlierDetection(rule),
        affected: [{ proxy: gateway, cluster }],
      })
    },
  },
}
