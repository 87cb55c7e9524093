import { type ProblemCatalogue, problems } from '../shared/runtime/problem.ts'

export const orderHistoryErrors = {
  ORDER_UNKNOWN: { status: 404, title: 'No such order. Check the order id; one placed a moment ago may need a second to show.' },
  CURSOR_INVALID: { status: 400, title: '`after` must be the `next` of the page before' },
} as const satisfies ProblemCatalogue

export const orderHistoryProblem = problems(orderHistoryErrors)
