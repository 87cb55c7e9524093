import { expect, test } from 'vitest'
import { DomainError, problemOf, problems } from '../../../../../../services/shared/runtime/http/problem.ts'
import { UpstreamUnavailable } from '../../../../../../services/shared/runtime/http/upstream-unavailable.ts'

const catalogue = {
  ORDER_UNKNOWN: { status: 404, title: 'No such order' },
  STORE_BROKEN: { status: 500, title: 'The store is broken' },
} as const

test('a refusal of a catalogue has its code, status, title and what to do', () => {
  expect(problemOf(problems(catalogue)('ORDER_UNKNOWN', 'No order 42.'), '/orders/42')).toEqual({
    type: 'urn:breakwater:problem:ORDER_UNKNOWN',
    title: 'No such order',
    status: 404,
    code: 'ORDER_UNKNOWN',
    detail: 'No order 42.',
    instance: '/orders/42',
  })
})

test.each([
  problems(catalogue)('STORE_BROKEN', 'password=swordfish', [{ path: '/', message: 'swordfish' }]),
  new Error('swordfish'),
  Object.assign(new Error('swordfish'), { statusCode: 500 }),
  new DomainError({ code: 'X', status: 503, title: 'Later', detail: 'swordfish' }),
  new UpstreamUnavailable({ service: 'swordfish', reason: 'timeout' }),
  'swordfish',
  { message: 'swordfish' },
  undefined,
  null,
])('from status 500 on nobody sees what was meant for us (%#)', (error) => {
  const problem = problemOf(error)
  expect(problem.status).toBeGreaterThanOrEqual(500)
  expect(JSON.stringify(problem)).not.toContain('swordfish')
})

test('a client error of a library that we do not know stays a client error', () => {
  expect(problemOf(Object.assign(new Error('internal words'), { statusCode: 418 }))).toMatchObject({ status: 400, code: 'BAD_REQUEST' })
})
