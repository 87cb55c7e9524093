import type { UsagePlan } from '../../shared/contracts/api/usage-plans.ts'
import { DomainError } from '../../shared/runtime/http/problem.ts'
import { gatewayErrors } from '../errors.ts'
import type { Taken } from './counting/counting.ts'
import { type CountedLimit, retryAfterSeconds } from './rate-limit-fields.ts'

/** RFC 9110 wants a challenge with each 401. There is no registered scheme for keys; API gateways say this. */
const challenge = { 'www-authenticate': 'ApiKey realm="breakwater"' }

/** Unknown, mistyped, revoked and expired keys are answered alike: nobody learns which keys there are. */
export const apiKeyInvalid = (): DomainError =>
  new DomainError({ code: 'API_KEY_INVALID', ...gatewayErrors.API_KEY_INVALID, headers: challenge })

export const apiKeyRequired = (): DomainError =>
  new DomainError({ code: 'API_KEY_REQUIRED', ...gatewayErrors.API_KEY_REQUIRED, headers: challenge })

/** @param violated names in `RateLimit-Policy`; the member of the problem is the draft's own */
const tooMany = (code: 'RATE_EXCEEDED' | 'QUOTA_EXCEEDED' | 'THROTTLED', detail: string, violated: string, taken: Taken): DomainError =>
  new DomainError({
    code,
    ...gatewayErrors[code],
    detail,
    headers: { 'retry-after': String(retryAfterSeconds([taken])) },
    extensions: { 'violated-policies': [violated] },
  })

export const rateExceeded = ({ id, throttle }: UsagePlan, taken: Taken): DomainError =>
  tooMany('RATE_EXCEEDED', `Plan ${id} allows ${throttle?.rate} requests a second, and ${throttle?.burst} at once.`, 'rate', taken)

export const quotaExceeded = ({ id }: UsagePlan, { name, quota, taken }: CountedLimit): DomainError =>
  tooMany('QUOTA_EXCEEDED', `Plan ${id} allows ${quota} requests a ${name}, and all have been used.`, name, taken)

/** What the whole of a route or a stage can do is nobody's business: the answer does not say how much that is. */
export const throttled = (by: 'route' | 'stage', taken: Taken): DomainError =>
  tooMany('THROTTLED', `All callers of this ${by} together came too fast.`, by, taken)

export const countingUnavailable = (cause: unknown): DomainError =>
  new DomainError({ code: 'LIMITS_UNAVAILABLE', ...gatewayErrors.LIMITS_UNAVAILABLE, cause })
