import type { Replica } from '../../access/replica.ts'
import { authorization } from '../../access/sign-in.ts'
import { type Check, equals } from '../../checks/check.ts'
import { poll } from '../../checks/poll.ts'
import type { Action } from '../core/action.ts'
import type { Experiment } from '../core/experiment.ts'
import { watchCallers } from '../core/timeline.ts'
import { shopDestination, shopWorkload } from './destinations.ts'
import { observeOverload } from './overload/observe.ts'
import {
  keepsGoodput,
  type OverloadConfig,
  type OverloadObserved,
  overloadStory,
  overloadVerdict,
  wasOverloaded,
} from './overload/verdict.ts'
import type { ShopTarget } from './shop-target.ts'

const limitPath = '/v1/operations/in-flight-limit'
/** Long enough for the whole control; a run that is killed leaves a gateway without limit for no longer. */
const withoutLimitSeconds = 300

/** Asks catalog, inventory and shipping. */
const path = '/v1/products/MUG-BLUE'

interface Limit {
  readonly maxInFlight: number
  readonly inFlight: number
}

const gateways = (target: ShopTarget): Promise<readonly Replica[]> => target.replicas(shopWorkload('gateway'))

async function limitOf(target: ShopTarget, gateway: Replica): Promise<Limit> {
  const { status, body } = await target.app(gateway, 'app', {
    method: 'GET',
    path: limitPath,
    headers: await authorization(target.gatewayUrl),
  })
  if (status !== 200) throw new Error(`${gateway.name} does not say how many requests it takes: status ${status}`)
  return body as Limit
}

async function limits(target: ShopTarget): Promise<Limit[]> {
  return Promise.all((await gateways(target)).map((gateway) => limitOf(target, gateway)))
}

async function config(target: ShopTarget): Promise<OverloadConfig> {
  const each = await limits(target)
  if (each.length === 0) throw new Error('gateway does not run')
  return { maxInFlight: Math.min(...each.map(({ maxInFlight }) => maxInFlight)), path, deadlineMs: 250, times: 2 }
}

async function steadyState(target: ShopTarget, { maxInFlight }: OverloadConfig): Promise<Check[]> {
  const each = await limits(target)
  const page = await fetch(`${target.gatewayUrl.replace(/\/$/, '')}${path}`, { signal: AbortSignal.timeout(5_000) })
  const { degraded } = (await page.json().catch(() => ({}))) as { degraded?: unknown }
  return [
    equals(
      'requests in flight that the gateway takes',
      each.map(() => maxInFlight),
      each.map((limit) => limit.maxInFlight),
    ),
    equals('a page is answered', 200, page.status),
    equals('parts that the page leaves out', [], degraded),
  ]
}

/** Takes the limit of every gateway away for a time, and sets it again. */
async function withoutLimit(target: ShopTarget): Promise<Action> {
  const replicas = await gateways(target)
  const before = await Promise.all(replicas.map((gateway) => limitOf(target, gateway)))
  const set = async (gateway: Replica, maxInFlight: number): Promise<void> => {
    const body = { maxInFlight, seconds: withoutLimitSeconds }
    const headers = await authorization(target.gatewayUrl)
    const { status } = await target.app(gateway, 'app', { method: 'POST', path: limitPath, headers, body })
    if (status !== 200) throw new Error(`${gateway.name} does not take another limit: status ${status}`)
  }
  return {
    description: 'the gateway without a limit of requests in flight',
    apply: async () => {
      for (const gateway of replicas) await set(gateway, 0)
    },
    rollback: async () => {
      for (const [index, gateway] of replicas.entries()) await set(gateway, before[index]?.maxInFlight ?? 0)
    },
  }
}

/** More customers than the shop can serve: those that it serves are served in time, the others are told so at once. */
export const gatewayOverload: Experiment<OverloadConfig, OverloadObserved, ShopTarget> = {
  name: 'gateway-overload',
  hypothesis:
    'Asked for twice of what the shop can answer, the gateway refuses the excess at once, and answers nearly as many pages in time as at its best.',
  config,
  steadyState,
  watch: async (target) => watchCallers(target, await gateways(target), shopDestination('catalog')),
  /** Nothing is broken: the overload is what is sent, and it ends by itself. */
  action: async (target) => ({
    description: 'requests in flight at the gateway',
    apply: async () => {},
    rollback: async () => {
      await poll(
        () => limits(target),
        (each) => each.every(({ inFlight }) => inFlight <= 1),
        { timeoutMs: 10_000, everyMs: 100 },
      )
    },
  }),
  observe: async (run, of) => observeOverload(run, await gateways(run.target), of),
  verdict: overloadVerdict,
  story: overloadStory,
  negativeControl: {
    change: "the gateway's limit of requests in flight removed",
    mustFail: keepsGoodput,
    mustPass: [wasOverloaded],
    action: withoutLimit,
  },
}
