import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { QuotaPeriod, Throttle, UsagePlan } from '../../shared/contracts/api/usage-plans.ts'
import { operationalPaths } from '../../shared/runtime/http/operational-routes.ts'
import { type Metrics, metricsIn } from '../../shared/runtime/process/metrics.ts'
import { label } from '../../shared/runtime/process/trace-context.ts'
import type { StoredKey } from '../decider/keys/api-key.ts'
import { type Counting, CountingUnavailable, type PeriodCount, type Taken } from './counting/counting.ts'
import { refuseKeyInAddress } from './key-in-address.ts'
import { type KeyRing, type UsableKey, usableKey } from './key-ring.ts'
import { apiKeyInvalid, apiKeyRequired, countingUnavailable, quotaExceeded, rateExceeded, throttled } from './plan-problems.ts'
import { currentPeriod } from './quota-period.ts'
import { type CountedLimit, rateLimitFields, secondsToFill } from './rate-limit-fields.ts'
import type { Usage, UsageOutcome } from './usage/usage.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Undefined: the request came without one. */
    apiKey: Pick<StoredKey, 'id' | 'planId' | 'owner' | 'scopes'> | undefined
  }
}

/** A limit that all callers of something share. */
export interface SharedThrottle {
  readonly by: 'route' | 'stage'
  /** Unique among all of the gateway. */
  readonly bucket: string
  readonly throttle: Throttle
}

export interface LimitOptions {
  readonly ring: KeyRing
  readonly counting: Counting
  readonly usage: Usage
  readonly metrics?: Metrics | undefined
  /** What its route and its stage allow everybody together. */
  readonly throttlesOf: (request: FastifyRequest) => readonly SharedThrottle[]
  /** Whether a request without a key is refused. */
  readonly needsKey: (request: FastifyRequest) => boolean
  readonly now?: () => number
}

export const apiKeyHeader = 'x-api-key'

const takesNoQuota = ({ routeOptions: { config } }: FastifyRequest): boolean => config.api?.takesNoQuota ?? false

/** Longest first: of what a longer period refuses, a shorter one never hears. */
const periods = ['month', 'week', 'day'] as const satisfies readonly QuotaPeriod[]

/**
 * Finds the key that a request brings, and refuses what comes too fast or beyond a quota, before anybody looks at who calls or at the body. Of several limits
 * the key's own come first, so that a flood of one key takes nothing from what all share; a quota is counted last, so that it is not spent on what is refused.
 */
export function limitRequests(app: FastifyInstance, options: LimitOptions): void {
  const { ring, counting, usage, throttlesOf, needsKey, now = Date.now } = options
  const { keysRefused, planRequests, throttledRequests } = metersIn(options.metrics)
  app.decorateRequest('apiKey')

  app.addHook('onRequest', async (request, reply) => {
    request.apiKey = undefined
    if (operationalPaths.has(request.routeOptions.url ?? '')) return
    refuseAddress(request)
    const usable = keyOf(request)
    try {
      if (usable) await spend(usable, request, reply)
      else await takeShared(request)
    } catch (error) {
      throw error instanceof CountingUnavailable ? countingUnavailable(error) : error
    }
  })

  function refuseAddress(request: FastifyRequest): void {
    try {
      refuseKeyInAddress(request)
    } catch (refusal) {
      keysRefused.inc({ reason: 'in-address' })
      throw refusal
    }
  }

  /**
   * What there is not (404, 405) is told to everybody, whatever key they bring.
   * @throws API_KEY_INVALID, API_KEY_REQUIRED
   */
  function keyOf(request: FastifyRequest): UsableKey | undefined {
    const text = request.headers[apiKeyHeader]
    if (text === undefined) {
      if (request.is404 || !needsKey(request)) return undefined
      keysRefused.inc({ reason: 'missing' })
      throw apiKeyRequired()
    }
    const usable = usableKey(ring, String(text), now())
    if (typeof usable === 'string') {
      if (request.is404) return undefined
      keysRefused.inc({ reason: usable })
      throw apiKeyInvalid()
    }
    const { id, planId, owner, scopes } = usable.key
    request.apiKey = { id, planId, scopes, ...(owner !== undefined && { owner }) }
    label({ apiKey: id, plan: planId })
    return usable
  }

  /** @throws RATE_EXCEEDED, THROTTLED, QUOTA_EXCEEDED */
  async function spend({ key: { id }, plan }: UsableKey, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const ended = (outcome: UsageOutcome): void => {
      usage.record(id, outcome)
      planRequests.inc({ plan: plan.id, outcome })
    }
    const limits: CountedLimit[] = []
    if (plan.throttle) {
      const taken = await counting.take(`key:${id}`, plan.throttle)
      limits.push({ name: 'rate', quota: plan.throttle.burst, windowSeconds: secondsToFill(plan.throttle), taken })
      if (!taken.admitted) {
        ended('throttled')
        reply.headers(rateLimitFields(limits))
        throw rateExceeded(plan, taken)
      }
    }
    try {
      await takeShared(request)
    } catch (error) {
      ended('throttled')
      throw error
    }
    const { counted, refused } = takesNoQuota(request) ? { counted: [] } : await countQuotas(id, plan)
    limits.push(...counted)
    if (limits.length > 0) reply.headers(rateLimitFields(limits))
    if (refused) {
      ended('overQuota')
      throw quotaExceeded(plan, refused)
    }
    ended('admitted')
  }

  /** @throws THROTTLED */
  async function takeShared(request: FastifyRequest): Promise<void> {
    for (const { by, bucket, throttle } of throttlesOf(request)) {
      const taken = await counting.take(`${by}:${bucket}`, throttle)
      if (taken.admitted) continue
      throttledRequests.inc({ by })
      throw throttled(by, taken)
    }
  }

  /** In each period of the plan, or in none: what one refuses, the others have not counted in the end. */
  async function countQuotas(key: string, { quota = {} }: UsagePlan): Promise<{ counted: CountedLimit[]; refused?: CountedLimit }> {
    const counted: CountedLimit[] = []
    const requests: PeriodCount[] = []
    for (const name of periods) {
      const limit = quota[name]
      if (limit === undefined) continue
      const period = currentPeriod(name, now())
      const request = { key, period, limit }
      const taken: Taken = await counting.count(request)
      const result = { name, quota: limit, windowSeconds: period.seconds, taken }
      if (!taken.admitted) {
        await Promise.all(requests.map((earlier) => counting.uncount(earlier)))
        return { counted: [...counted, result], refused: result }
      }
      counted.push(result)
      requests.push(request)
    }
    return { counted }
  }
}

function metersIn(metrics: Metrics | undefined) {
  const { counter } = metricsIn(metrics)
  return {
    planRequests: counter({
      name: 'gateway_plan_requests_total',
      help: 'Requests with a key, by its plan and by what became of them (admitted, throttled, overQuota)',
      labelNames: ['plan', 'outcome'],
    }),
    keysRefused: counter({
      name: 'gateway_api_keys_refused_total',
      help: 'Requests refused for their key or because they had none',
      labelNames: ['reason'],
    }),
    throttledRequests: counter({
      name: 'gateway_throttled_requests_total',
      help: 'Requests refused because a route or a stage was asked too often by all callers together',
      labelNames: ['by'],
    }),
  }
}
