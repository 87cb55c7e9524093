import { Type } from 'typebox'
import type { ReactionTable } from '../../../../../../../services/shared/runtime/event-sourcing/decider.ts'
import type { ReactionRules } from '../../../../../../../services/shared/runtime/event-sourcing/react/reactions.ts'
import { dataCheck, encodeRecord } from '../../../../../../../services/shared/runtime/messaging/record-codec.ts'
import type { Deposit } from '../toy-account.ts'

/** What an account service hears of a shop: the smallest choreography. */
export type Sold = { readonly type: 'shop.Sold'; readonly data: { readonly seller: string; readonly cents: number } }

export const time = '2026-01-01T00:00:00.000Z'

const reactions: ReactionTable<Sold, Deposit> = {
  'shop.Sold': ({ seller, cents }) => {
    if (cents === 0) throw new Error('nothing to pay')
    return [{ aggregateId: seller, command: { type: 'Deposit', data: { ref: 'sale', cents } } }]
  },
}
const checkEvent = dataCheck({ 'shop.Sold': Type.Object({ seller: Type.String(), cents: Type.Integer() }) })

/** Of a release that knows `shop.Sold` up to a version. */
export const soldRules = (current = 1): ReactionRules<Sold, Deposit> => ({
  service: 'toy',
  reactions,
  checkEvent,
  versions: { 'shop.Sold': { current, upcasters: { 1: (data) => data } } },
})

/** An event of the shop. Its command is known by `id` (its cause). */
export const sold = (id: string, aggregateId: string, data: object = { seller: 'bob', cents: 3 }, schemaVersion = 1, type = 'shop.Sold') =>
  encodeRecord(
    'shop.events',
    { id, type, schemaVersion, aggregateId, version: 1, causationId: 'c1', correlationId: 'saga', traceparent: 'tp', time },
    data,
  )
