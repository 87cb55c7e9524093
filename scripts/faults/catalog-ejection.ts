import { setTimeout as delay } from 'node:timers/promises'
import { abortEveryRequest } from './abort.ts'
import { type Check, equals, within } from './check.ts'
import { ejectionRule, envoyDefaults, withoutOutlierDetection } from './destination-rule.ts'
import { observeEjection } from './ejection/observe.ts'
import { productTraffic } from './ejection/traffic.ts'
import { customersServed, type EjectionConfig, type EjectionObserved, ejectedOnce, ejectionVerdict } from './ejection/verdict.ts'
import type { Experiment } from './experiment.ts'
import { onlyReplica } from './only-replica.ts'
import { changePolicy } from './policy-change.ts'
import { hosts, outboundCluster, workers } from './proxy.ts'
import type { Target } from './target.ts'
import { samplePeriodMs } from './timeline.ts'

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

async function steady(target: Target, { replicas }: EjectionConfig): Promise<Check[]> {
  const gateway = await onlyReplica(target, 'gateway')
  const traffic = productTraffic(target.entryUrl)
  await traffic.send()
  const before = await hosts(target, gateway, cluster)
  await delay(3 * samplePeriodMs)
  const after = await hosts(target, gateway, cluster)
  const requests = (seen: typeof before) => seen.reduce((sum, host) => sum + host.requests, 0)
  return [
    within('catalog replicas (one is broken, the others answer)', { min: 2 }, replicas),
    equals("catalog hosts that take traffic, by the gateway's proxy", replicas, after.filter(({ ejected }) => !ejected).length),
    equals("worker threads of the gateway's proxy (counts are exact with one)", 1, await workers(target, gateway)),
    equals('GET /v1/products answered whole', 1, traffic.succeeded),
    equals('requests of others to catalog meanwhile', 0, requests(after) - requests(before)),
  ]
}

/** One of several replicas fails; the caller's proxy leaves it out and lets it back in. */
export const catalogEjection: Experiment<EjectionConfig, EjectionObserved> = {
  name: 'catalog-ejection',
  claim:
    'A catalog replica that answers errors is ejected after exactly the configured count, gets no request for the configured time, and customers notice nothing.',
  config,
  steady,
  watch: async (target) => {
    const replicas = await target.replicas('catalog')
    const names = new Map(replicas.map(({ address, name }) => [address, name]))
    return [{ caller: await onlyReplica(target, 'gateway'), callee: 'catalog', names }]
  },
  inject: async (target, { victim }) => {
    const replica = (await target.replicas('catalog')).find(({ name }) => name === victim)
    if (replica === undefined) throw new Error(`${victim} is gone`)
    return abortEveryRequest(target, replica, status)
  },
  observe: observeEjection,
  verdict: ejectionVerdict,
  negativeControl: {
    change: 'outlierDetection removed from the DestinationRule of catalog',
    mustFail: ejectedOnce,
    mustHold: customersServed,
    apply: async (target) => {
      const rule = await target.policy('DestinationRule', 'catalog')
      const gateway = await onlyReplica(target, 'gateway')
      return changePolicy(target, {
        kind: 'DestinationRule',
        name: 'catalog',
        to: rule && withoutOutlierDetection(rule),
        affected: [{ proxy: gateway, cluster }],
      })
    },
  },
}
