import { DatabaseError } from 'pg'
import { expect, test } from 'vitest'
import { problemOf } from '../../../../../../../services/shared/runtime/http/problem.ts'
import {
  DatabaseUnavailable,
  isLossOfConnection,
} from '../../../../../../../services/shared/runtime/projections/database/database-unavailable.ts'

const says = (code: string) => Object.assign(new DatabaseError(`error ${code}`, 0, 'error'), { code })

test.each([
  '08000',
  '08006',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])('%s is about the connection', (code) => {
  expect(isLossOfConnection(says(code))).toBe(true)
})

test.each([
  '22P02',
  '23505',
  '25P02',
  '40001',
  '40P01',
  '42703',
  '42P01',
  '57014',
  '53100',
  '0800',
  '080066',
  '157P01',
  '57P011',
  '533000',
  'ERR_INVALID_ARG_TYPE',
])('%s is about the statement or its work', (code) => {
  expect(isLossOfConnection(says(code))).toBe(false)
})

test.each([
  [new Error('timeout exceeded when trying to connect'), true],
  [new Error('Connection terminated unexpectedly'), true],
  [new Error('Connection terminated due to connection timeout'), true],
  [new Error('Connection terminated'), true],
  [new Error('Client has encountered a connection error and is not queryable'), true],
  [new Error('Client was closed and is not queryable'), true],
  [new Error('Query read timeout'), true],
  [Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' }), true],
  [new TypeError('x is not a function'), false],
  ['ECONNREFUSED', false],
  [undefined, false],
])('without the server: %s', (error, expected) => {
  expect(isLossOfConnection(error)).toBe(expected)
})

test('callers learn when to come back, and nothing of the database; the log learns why', () => {
  const error = new DatabaseUnavailable(says('57P01'))
  expect(problemOf(error)).toEqual({
    type: 'urn:breakwater:problem:UPSTREAM_UNAVAILABLE',
    code: 'UPSTREAM_UNAVAILABLE',
    status: 503,
    title: 'A service that is needed for this does not answer; try again later',
  })
  expect(error.headers).toEqual({ 'retry-after': '1' })
  expect(error.message).toBe('UPSTREAM_UNAVAILABLE: database: error 57P01')
  expect(new DatabaseUnavailable(Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' })).message).toContain('ECONNREFUSED')
})

test('whatever was thrown is told', () => {
  const told = (cause: unknown) => new DatabaseUnavailable(cause).message
  expect(told(new Error('gone'))).toBe('UPSTREAM_UNAVAILABLE: database: gone')
  expect(told('gone')).toBe('UPSTREAM_UNAVAILABLE: database: gone')
  expect(told({ code: 'EPIPE' })).toBe('UPSTREAM_UNAVAILABLE: database: EPIPE')
  expect(new DatabaseUnavailable('gone').name).toBe('DatabaseUnavailable')
})
