import { type ProblemCatalogue, problems } from '../shared/runtime/http/problem.ts'

/** Refusals of the gateway's own; those of the services behind it pass through with their codes. */
export const gatewayErrors = {
  IDEMPOTENCY_KEY_REQUIRED: { status: 400, title: 'Send an Idempotency-Key header, so that a retry cannot order twice.' },
  IDEMPOTENCY_KEY_INVALID: { status: 400, title: 'An Idempotency-Key has 8 to 128 characters out of A-Z a-z 0-9 . _ : -' },
  SKU_UNKNOWN: { status: 422, title: 'The order has a product that is not for sale' },
} as const satisfies ProblemCatalogue

export const gatewayProblem = problems(gatewayErrors)
