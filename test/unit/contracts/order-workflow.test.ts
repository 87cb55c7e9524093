import { expect, test } from 'vitest'
import { orderSteps, waitingFor } from '../../../services/shared/contracts/order-workflow.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString()
const now = new Date(at(30))

test('each step lasts until the next one, the last one until now', () => {
  const moves = [
    { status: 'placed', at: at(0) },
    { status: 'reserved', at: at(2) },
    { status: 'paid', at: at(5) },
  ] as const
  expect(orderSteps(moves, now)).toEqual([
    { name: 'placed', startedAt: at(0), endedAt: at(2), ms: 2000 },
    { name: 'reserved', startedAt: at(2), endedAt: at(5), ms: 3000 },
    { name: 'paid', startedAt: at(5), ms: 25_000 },
  ])
  expect(waitingFor(moves[2], now)).toEqual({ service: 'shipping', since: at(5), ms: 25_000 })
})

test.each(['shipped', 'cancelled'] as const)('%s is an end: it takes no time and waits for nobody', (status) => {
  expect(orderSteps([{ status, at: at(1) }], now)).toEqual([{ name: status, startedAt: at(1), endedAt: at(1), ms: 0 }])
  expect(waitingFor({ status, at: at(1) }, now)).toBeUndefined()
})

test('a confirmed order waits for people, not for a service', () => {
  expect(orderSteps([{ status: 'confirmed', at: at(1) }], now)).toEqual([{ name: 'confirmed', startedAt: at(1), ms: 29_000 }])
  expect(waitingFor({ status: 'confirmed', at: at(1) }, now)).toBeUndefined()
})

test('a step that ends before it begins, by the clocks of two machines, took no time', () => {
  const moves = [
    { status: 'placed', at: at(2) },
    { status: 'reserved', at: at(1) },
  ] as const
  expect(orderSteps(moves, now)[0]).toMatchObject({ ms: 0 })
})
