import { Map as ImmutableMap } from 'immutable'
import { type Static, Type } from 'typebox'
import type { SnapshotFormat } from '../../shared/runtime/event-sourcing/decider.ts'
import type { Holding, StockState } from './evolve.ts'

const Count = Type.Integer({ minimum: 0 })

/** Entries as lists, which are short, and no objects: a receipt may be called `__proto__`. */
const StockJson = Type.Object({
  received: Count,
  available: Count,
  reserved: Count,
  sold: Count,
  receipts: Type.Array(Type.Tuple([Type.String(), Count])),
  holding: Type.Array(Type.Tuple([Type.String(), Type.Union([Type.Literal('reserved'), Type.Literal('sold')]), Count])),
  ended: Type.Array(Type.Tuple([Type.String(), Type.Union([Type.Literal('refused'), Type.Literal('released'), Type.Literal('voided')])])),
})
type StockJson = Static<typeof StockJson>

/** The stock of one SKU as JSON. */
export const snapshot: SnapshotFormat<StockState> = {
  foldVersion: 1,
  schema: StockJson,
  toJson: ({ receipts, holdings, ...counts }) => {
    const json: StockJson = { ...counts, receipts: [...receipts], holding: [], ended: [] }
    for (const [orderId, answer] of holdings) {
      if ('quantity' in answer) json.holding.push([orderId, answer.status, answer.quantity])
      else json.ended.push([orderId, answer.status])
    }
    return json
  },
  fromJson: ({ receipts, holding, ended, ...counts }: StockJson) => ({
    ...counts,
    receipts: ImmutableMap(receipts),
    holdings: ImmutableMap<string, Holding>([
      ...holding.map(([orderId, status, quantity]): [string, Holding] => [orderId, { status, quantity }]),
      ...ended.map(([orderId, status]): [string, Holding] => [orderId, { status }]),
    ]),
  }),
}
