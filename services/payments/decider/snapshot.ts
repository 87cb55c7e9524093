import { Map as ImmutableMap } from 'immutable'
import { type Static, Type } from 'typebox'
import type { SnapshotFormat } from '../../shared/runtime/event-sourcing/decider.ts'
import type { AccountState, Payment } from './evolve.ts'

const Count = Type.Integer({ minimum: 0 })

/** Payments as lists, which are short: a good customer has many. */
const AccountJson = Type.Object({
  limit: Type.Optional(Count),
  used: Count,
  authorized: Type.Array(Type.Tuple([Type.String(), Count])),
  ended: Type.Array(Type.Tuple([Type.String(), Type.Union([Type.Literal('declined'), Type.Literal('refunded'), Type.Literal('voided')])])),
})
type AccountJson = Static<typeof AccountJson>

/** The credit account of one customer as JSON. */
export const snapshot: SnapshotFormat<AccountState> = {
  foldVersion: 1,
  schema: AccountJson,
  toJson: ({ payments, ...account }) => {
    const json: AccountJson = { ...account, authorized: [], ended: [] }
    for (const [orderId, payment] of payments) {
      if (payment.status === 'authorized') json.authorized.push([orderId, payment.amount])
      else json.ended.push([orderId, payment.status])
    }
    return json
  },
  fromJson: ({ authorized, ended, ...account }: AccountJson) => ({
    ...account,
    payments: ImmutableMap<string, Payment>([
      ...authorized.map(([orderId, amount]): [string, Payment] => [orderId, { status: 'authorized', amount }]),
      ...ended.map(([orderId, status]): [string, Payment] => [orderId, { status }]),
    ]),
  }),
}
