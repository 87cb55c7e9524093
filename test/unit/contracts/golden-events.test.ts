import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { shopRules } from '../../../scripts/events/rules.ts'
import { eventSchemas } from '../../../services/shared/contracts/events/events.ts'
import { eventVersions, type Upcaster } from '../../../services/shared/contracts/events/versions.ts'
import type { Command, Decider, DomainEvent } from '../../../services/shared/runtime/event-sourcing/decider.ts'
import { dataCheck, isDecodeFailure } from '../../../services/shared/runtime/messaging/record-codec.ts'
import { currentVersion, upcast } from '../../../services/shared/runtime/messaging/schema-versions.ts'
import { type WriteSideService, writeSide, writeSideNames } from '../services/write-side.ts'

/** Events as they were once written, and never rewritten: a new version of an event gets a life of its own beside the old ones. */
interface Golden {
  readonly foldVersion: number
  readonly lives: readonly { readonly events: readonly WrittenEvent[]; readonly state: unknown }[]
}
interface WrittenEvent {
  readonly type: string
  readonly schemaVersion: number
  readonly time: string
  readonly data: unknown
}

type AnyDecider = Decider<unknown, Command, DomainEvent>

const goldenOf = (service: WriteSideService): Golden =>
  JSON.parse(readFileSync(new URL(`golden/${service}.golden.json`, import.meta.url), 'utf8'))
const check = dataCheck(eventSchemas)

function readToday(versions: typeof eventVersions, event: WrittenEvent): DomainEvent {
  const risen = upcast(versions, event, event.data)
  const failure = isDecodeFailure(risen) ? risen : check(event.type, risen.data)
  if (failure || isDecodeFailure(risen)) throw new Error(`${event.type}@${event.schemaVersion}: ${failure?.detail}`)
  return { type: event.type, data: risen.data }
}

/** The golden lives as the rules of today fold them. */
function fold(decider: AnyDecider, { lives }: Golden, versions = eventVersions): unknown[] {
  return lives.map(({ events }) => {
    const state = events
      .map((event) => readToday(versions, event))
      .reduce((folded, event) => decider.evolve(folded, event), decider.initial)
    return JSON.parse(JSON.stringify(decider.snapshot?.toJson(state)))
  })
}

const deciderOf = (service: WriteSideService) => writeSide[service].service.decider as unknown as AnyDecider

test.each(writeSideNames)('%s: every version of every event type is kept', (service) => {
  const kept = goldenOf(service).lives.flatMap(({ events }) => events.map(({ type, schemaVersion }) => `${type}@${schemaVersion}`))
  const versions = Object.keys(writeSide[service].service.eventSchemas).flatMap((type) =>
    Array.from({ length: currentVersion(eventVersions, type) }, (_, index) => `${type}@${index + 1}`),
  )
  expect([...new Set(kept)].sort()).toEqual(versions.sort())
})

test.each(writeSideNames)(
  '%s: old events fold into the state they always did; if not, raise foldVersion and write the new state down',
  (service) => {
    const golden = goldenOf(service)
    expect(deciderOf(service).snapshot?.foldVersion).toBe(golden.foldVersion)
    expect(fold(deciderOf(service), golden)).toEqual(golden.lives.map(({ state }) => state))
  },
)

test('an order of version 1 is given up a quarter of an hour after it was placed', () => {
  const [first] = goldenOf('orders').lives[0]?.events ?? []
  if (!first) throw new Error('no golden order')
  expect([first.type, first.schemaVersion, first.time]).toEqual(['orders.OrderPlaced', 1, '2025-11-24T08:00:00.000Z'])
  expect(first.data).not.toHaveProperty('respondBy')
  expect(readToday(eventVersions, first).data).toEqual({ ...(first.data as object), respondBy: '2025-11-24T08:15:00.000Z' })
})

test('negative control: without its upcaster, or with one that leaves the new field out, version 1 is not read', () => {
  const golden = goldenOf('orders')
  const placedBy = (upcasters: Readonly<Record<number, Upcaster>>) => ({ 'orders.OrderPlaced': { current: 2, upcasters } })
  expect(() => fold(deciderOf('orders'), golden, placedBy({}))).toThrow('no way from orders.OrderPlaced@1 to 2')
  expect(() => fold(deciderOf('orders'), golden, placedBy({ 1: (data) => data }))).toThrow('respondBy')
})

test('negative control: another fold is another state', () => {
  const golden = goldenOf('inventory')
  const { inventory } = shopRules()
  const sellsNothing: AnyDecider = {
    ...deciderOf('inventory'),
    evolve: (state, event) => (event.type === 'inventory.StockSold' ? state : inventory.decider.evolve(state, event)),
  }
  expect(fold(sellsNothing, golden)).not.toEqual(golden.lives.map(({ state }) => state))
})
