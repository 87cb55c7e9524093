import { expect, test } from 'vitest'
import { startEventSourcing } from '../../../../../../services/shared/runtime/event-sourcing/start-event-sourcing.ts'
import { inMemoryEventLog } from '../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { quiet } from './processed-log.ts'
import { accountDecider, commandSchemas, eventSchemas } from './toy-account.ts'

/** Nothing comes of it but that it starts. */
function start(service: string, reactions?: { readonly [type: string]: () => [] }): void {
  const never = new Promise<void>(() => undefined)
  const eventLog = {
    ...inMemoryEventLog(),
    subscribe: () => ({ stop: async () => undefined }),
    follow: () => ({ started: never, caughtUp: never, stalenessMs: () => 0, stop: async () => undefined }),
  }
  const rules = { decider: accountDecider(service), commandSchemas, eventSchemas: eventSchemas(service) }
  void startEventSourcing({ service, eventLog, ...rules, ...(reactions && { reactions }), logger: quiet }).stop()
}

test('a service may have digits in its name', () => {
  expect(() => start('b2b')).not.toThrow()
})

test.each(['B2B', '2b', 'b_b', ''])('a service of whose records nobody could read the type does not start: %j', (service) => {
  expect(() => start(service)).toThrow(`${service}.CommandAnswered, ${service}.Deposited cannot be the type of a record`)
})

test('reactions to events whose schema is not there are refused, each by its name', () => {
  expect(() => start('toy', { 'shop.Sold': () => [], 'shop.Returned': () => [] })).toThrow(
    'toy reacts to shop.Sold, shop.Returned without schema: add it to foreignEventSchemas',
  )
})
