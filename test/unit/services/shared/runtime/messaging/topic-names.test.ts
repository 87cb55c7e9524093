import { expect, test } from 'vitest'
import { commandsOf, deadLettersOf, eventsOf, snapshotsOf } from '../../../../../../services/shared/runtime/messaging/topic-names.ts'

test('the topics of a service are named after it, as logs that are there already have them', () => {
  expect([commandsOf, eventsOf, snapshotsOf, deadLettersOf].map((of) => of('orders'))).toEqual([
    'orders.commands',
    'orders.events',
    'orders.snapshots',
    'orders.dlq',
  ])
})
