import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import type { RecordedEvent } from '../../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { ProjectionFailed, type Readable } from '../../../../../../../services/shared/runtime/projections/fold/apply-batches.ts'
import { applyOrQuarantine } from '../../../../../../../services/shared/runtime/projections/fold/apply-or-quarantine.ts'

const envelope = { id: 'e', type: 'toy.Deposited', schemaVersion: 1, aggregateId: 'a', version: 1, causationId: 'c', correlationId: 'c' }
const event = (offset: number): RecordedEvent => ({
  topic: 't',
  partition: 0,
  offset,
  data: {},
  envelope: { ...envelope, time: '2026-01-01T00:00:00Z' },
})
const batch = (offsets: readonly number[], nextOffset: number): Readable => ({
  topic: 't',
  partition: 0,
  events: offsets.map(event),
  nextOffset,
})
const sqlError = (code: string) => new ProjectionFailed('balances', Object.assign(new Error('out of range'), { code }))

/** A database that refuses events, and what becomes of a batch. */
async function run(of: Readable, refuses: (offset: number) => Error | undefined) {
  const [applied, parked, ends]: [number[], number[], number[]] = [[], [], []]
  let transactions = 0
  const outcome = await applyOrQuarantine(
    of,
    async ({ events, nextOffset }) => {
      transactions += 1
      for (const { offset } of events) {
        const error = refuses(offset)
        if (error) throw error
      }
      applied.push(...events.map(({ offset }) => offset))
      ends.push(nextOffset)
    },
    async ({ offset }) => void parked.push(offset),
  ).then(
    () => 'done',
    (error: Error) => error.message,
  )
  return { applied, parked, ends, transactions, outcome }
}

test('whatever is refused for its value is parked, all else applied; both in order, and positions only grow, to the end of the batch', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat({ max: 500 })), fc.func(fc.boolean()), async (numbers, isBad) => {
      const offsets = numbers.toSorted((one, other) => one - other)
      const { applied, parked, ends, outcome } = await run(batch(offsets, 600), (offset) => (isBad(offset) ? sqlError('22008') : undefined))
      expect(outcome).toBe('done')
      expect(applied).toEqual(offsets.filter((offset) => !isBad(offset)))
      expect(parked).toEqual(offsets.filter((offset) => isBad(offset)))
      expect(ends).toEqual(ends.toSorted((one, other) => one - other))
      expect(ends.at(-1)).toBe(600)
    }),
  )
})

test('one among a thousand is found in a few transactions', async () => {
  const offsets = Array.from({ length: 1000 }, (_, offset) => offset)
  const { parked, transactions } = await run(batch(offsets, 1000), (offset) => (offset === 321 ? sqlError('22003') : undefined))
  expect(parked).toEqual([321])
  expect(transactions).toBeLessThan(25)
})

test.each(['23514', '42P01', '40001', '53100', '57P01', 'ECONNREFUSED'])(
  '%s is no fault of an event: nothing is parked, nothing behind it applied',
  async (code) => {
    const { applied, parked, outcome } = await run(batch([1, 2, 3], 4), (offset) => (offset === 2 ? sqlError(code) : undefined))
    expect({ applied, parked, outcome }).toEqual({ applied: [], parked: [], outcome: 'balances: out of range' })
  },
)

test('an event that cannot be parked is not passed over', async () => {
  const positions: number[] = []
  const apply = async ({ events, nextOffset }: Readable) => {
    if (events.some(({ offset }) => offset === 2)) throw sqlError('22003')
    positions.push(nextOffset)
  }
  await expect(applyOrQuarantine(batch([1, 2, 3], 4), apply, () => Promise.reject(new Error('Kafka is away')))).rejects.toThrow(
    'Kafka is away',
  )
  expect(positions).toEqual([2])
})

test('a value that is refused where no event is left to blame is told, and nothing parked', async () => {
  const quarantine = vi.fn(async () => undefined)
  await expect(applyOrQuarantine(batch([], 4), () => Promise.reject(sqlError('22003')), quarantine)).rejects.toThrow('out of range')
  expect(quarantine).not.toHaveBeenCalled()
})
