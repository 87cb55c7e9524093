import { type ProblemCatalogue, problems } from '../shared/runtime/http/problem.ts'

export const orderHistoryErrors = {
  ORDER_UNKNOWN: { status: 404, title: 'No such order. Check the order id; one placed a moment ago may need a second to show.' },
  ORDER_NOT_YET: { status: 404, title: 'The order had not come so far. Ask for an earlier version, or for a later moment.' },
  CUSTOMER_UNKNOWN: { status: 404, title: 'No such customer, or one who has done nothing yet' },
  REBUILD_UNKNOWN: { status: 404, title: 'No such rebuild; one that was followed by another leaves no trace' },
  MOMENT_INVALID: { status: 400, title: '`at` must be a version such as 3, or a moment such as 2026-01-31T12:00:00Z' },
  PERIOD_INVALID: { status: 400, title: '`from` must not be later than `to`' },
  CURSOR_INVALID: { status: 400, title: '`after` must be the `next` of the page before' },
} as const satisfies ProblemCatalogue

export const orderHistoryProblem = problems(orderHistoryErrors)
