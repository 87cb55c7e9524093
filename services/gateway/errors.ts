import { type ProblemCatalogue, problems } from '../shared/runtime/http/problem.ts'

/** Refusals of the gateway's own; those of the services behind it pass through with their codes. */
export const gatewayErrors = {
  UNAUTHENTICATED: { status: 401, title: 'Say who you are: send a token that is valid now' },
  FORBIDDEN: { status: 403, title: 'You may not do this' },
  AUTHORIZER_UNAVAILABLE: {
    status: 503,
    title: 'Who you are cannot be found out at the moment; try again later',
    headers: { 'retry-after': '1' },
  },
  /** What the read model says of an order that there is not. */
  ORDER_UNKNOWN: { status: 404, title: 'No such order. Check the order id; one placed a moment ago may need a second to show.' },
  API_KEY_INVALID: { status: 401, title: 'The API key is not one that may be used now' },
  API_KEY_REQUIRED: { status: 401, title: 'Send an API key in the header x-api-key' },
  API_KEY_IN_ADDRESS: {
    status: 400,
    title: 'An API key belongs into the header x-api-key, never into an address: whoever reads a log has it now, so rotate it',
  },
  API_KEY_EXISTS: { status: 409, title: 'There is a key of this id already' },
  API_KEY_UNKNOWN: { status: 404, title: 'There is no such API key' },
  API_KEY_REVOKED: { status: 409, title: 'The API key was revoked' },
  USAGE_PLAN_UNKNOWN: { status: 404, title: 'There is no such usage plan' },
  USAGE_PLAN_IN_USE: { status: 409, title: 'There are keys with this usage plan' },
  RATE_EXCEEDED: { status: 429, title: 'The requests of this key come too fast' },
  QUOTA_EXCEEDED: { status: 429, title: 'The quota of this key is used up' },
  THROTTLED: { status: 429, title: 'Too many requests come here at the moment' },
  LIMITS_UNAVAILABLE: {
    status: 503,
    title: 'Requests cannot be counted at the moment; try again later',
    headers: { 'retry-after': '1' },
  },
  IDEMPOTENCY_KEY_REQUIRED: { status: 400, title: 'Send an Idempotency-Key header, so that a retry cannot order twice.' },
  IDEMPOTENCY_KEY_INVALID: { status: 400, title: 'An Idempotency-Key has 8 to 128 characters out of A-Z a-z 0-9 . _ : -' },
  SKU_UNKNOWN: { status: 422, title: 'The order has a product that is not for sale' },
  STAGE_UNKNOWN: { status: 404, title: 'There is no such stage' },
  STAGE_VERSION_UNKNOWN: { status: 404, title: 'The stage has no such version to go back to' },
  STAGE_SELECTION_TAKEN: { status: 409, title: 'Another stage has these requests already' },
  STAGE_PERCENT_IMPOSSIBLE: { status: 422, title: 'The stage cannot have this percentage of the requests' },
  TOO_MANY_STAGES: { status: 422, title: 'There are as many stages as there may be' },
} as const satisfies ProblemCatalogue

export type GatewayErrorCode = keyof typeof gatewayErrors

export const gatewayProblem = problems(gatewayErrors)
