import type { Replica } from '../../access/replica.ts'
import { type Check, equals, within } from '../../checks/check.ts'
import { hosts as hostsOf } from '../../envoy-admin/clusters.ts'
import { enforcedRule, workers } from '../../envoy-admin/config.ts'
import { inboundCluster, outboundCluster } from '../core/destination.ts'
import { durationMs, ejectionRule, envoyDefaults } from '../core/destination-rule.ts'
import type { Experiment } from '../core/experiment.ts'
import { explainRun } from '../core/explain/explain-run.ts'
import { routeInForce } from '../core/explain/route-in-force.ts'
import { delayRequests } from '../core/http-fault.ts'
import { hungRule } from '../core/hung/hung-rule.ts'
import { ofCaller } from '../core/of-caller.ts'
import { changePolicy } from '../core/policy-change.ts'
import { watchCallers } from '../core/timeline.ts'
import { together } from '../core/together.ts'
import { shopDestination, shopWorkload } from './destinations.ts'
import { observeHung } from './inventory-hung/observe.ts'
import { productList } from './inventory-hung/product-list.ts'
import { hungStory } from './inventory-hung/story.ts'
import {
  allAnswered,
  type HungConfig,
  type HungObserved,
  hungVerdict,
  namedInPage,
  pagesBounded,
  refusedAtOnce,
} from './inventory-hung/verdict.ts'
import { isWhole } from './page.ts'
import type { ShopTarget } from './shop-target.ts'

const destination = shopDestination('inventory')
const gateway = shopWorkload('gateway')
const cluster = outboundCluster(destination)
const rule = { kind: 'DestinationRule', namespace: destination.namespace, name: destination.service }
const route = { kind: 'VirtualService', namespace: destination.namespace, name: destination.service }

/** So few that the gateway takes them at once whatever it has to do: it always takes 8 that have just come, and those that wait came earlier. */
const [waiting, beside] = [4, 6]
const excess = 8
/** Pages that wait for the gateway's own 3 s, without rules, are no load to it. */
const perSecond = 15
/** Longer than the gateway itself would wait without the mesh's time-out. */
const hangMs = 30_000
/** A page is asked for, a sweep is late, a proxy is told: beside the ejection itself. */
const slackMs = 1_500

/** Inventory takes requests and answers none: its callers lose a part of the page, and no time. */
export const inventoryHung: Experiment<HungConfig, HungObserved, ShopTarget> = {
  name: 'inventory-hung',
  hypothesis:
    'When inventory hangs, product pages come without availability: a few wait until the time-out of its route, all others do without it at once, because its pool is full or it is ejected.',
  config: async (target) => {
    const [rules, routes] = await Promise.all([target.policy(rule), target.policy(route)])
    const [hosts, callers] = await Promise.all([target.hosts(destination), target.replicas(gateway)])
    const { timeout, retries } = routeInForce({
      destination,
      caller: gateway,
      policies: routes ? [routes] : [],
      request: { method: 'GET', path: '/availability' },
    })
    const times = {
      ...(timeout !== undefined && { timeoutMs: durationMs(timeout) }),
      ...(retries?.perTryTimeout !== undefined && { perTryMs: durationMs(retries.perTryTimeout) }),
    }
    const promised = hungRule(rules, times, destination, { hosts, callers })
    const ejection = ejectionRule(rules, destination) ?? envoyDefaults
    return {
      ...promised,
      ejection,
      waiting: Math.min(waiting, promised.maxConnections),
      excess,
      beside,
      hungMs: 2 * promised.timeoutMs,
      perSecond,
      recoveryMs: ejection.baseMs + ejection.intervalMs + slackMs,
    }
  },
  instruments: async (target) => [await target.openOutbound(gateway, destination)],
  steadyState: async (target, config) => {
    const [hosts, callers] = await Promise.all([target.hosts(destination), target.replicas(gateway)])
    const each = callers.map(async (one) => ofCaller(one.name, callers.length === 1, await ofOne(target, one, config)))
    return [
      within('callers', { min: 1 }, callers.length),
      within('inventory replicas', { min: 1 }, hosts.length),
      ...(await Promise.all(each)).flat(),
    ]
  },
  watch: async (target) => watchCallers(target, await target.replicas(gateway), destination),
  action: async (target) =>
    together(
      'inventory, which hangs',
      (await target.hosts(destination)).map((host) => delayRequests(target, host, { ms: hangMs })),
    ),
  observe: observeHung,
  verdict: hungVerdict,
  story: hungStory,
  explain: (target, checks) => explainRun(target, { judged: 'pool', destination, caller: gateway }, checks),
  negativeControl: {
    change: 'DestinationRule and VirtualService of inventory removed',
    mustFail: [pagesBounded, refusedAtOnce],
    mustPass: [allAnswered, namedInPage],
    action: async (target) => {
      const [hosts, callers] = await Promise.all([target.hosts(destination), target.replicas(gateway)])
      const inCallers = callers.map((proxy) => ({ proxy, cluster }))
      return together('rules of inventory removed', [
        await changePolicy(target, {
          ...rule,
          to: undefined,
          affected: [...inCallers, ...hosts.map((proxy) => ({ proxy, cluster: inboundCluster(proxy) }))],
        }),
        await changePolicy(target, { ...route, to: undefined, affected: callers.map((proxy) => ({ proxy, part: 'routes' as const })) }),
      ])
    },
  },
}

/** The caller's pool is empty, its limits are in force, and a page is whole. */
async function ofOne(target: ShopTarget, caller: Replica, { declared, maxConnections, maxPending, hosts }: HungConfig): Promise<Check[]> {
  const admin = target.admin(caller)
  const page = await productList(target, caller)
  const [enforced, threads, seen] = await Promise.all([enforcedRule(admin, cluster), workers(admin), hostsOf(admin, cluster)])
  return [
    ...(declared
      ? [equals("limits in force in the gateway's proxy", [maxConnections, maxPending], [enforced.maxConnections, enforced.maxPending])]
      : []),
    equals("worker threads of the gateway's proxy (limits are exact with one)", 1, threads),
    equals('inventory hosts that take traffic', hosts, seen.filter(({ ejected }) => !ejected).length),
    equals(
      'requests on their way to inventory',
      0,
      seen.reduce((sum, { active }) => sum + active, 0),
    ),
    equals('a product list comes whole', true, isWhole(page)),
  ]
}
