import { Type } from 'typebox'
import { aggregateType } from '../../../../../../services/shared/runtime/event-sourcing/aggregate-types.ts'
import { type Decider, identityCodec, refuse } from '../../../../../../services/shared/runtime/event-sourcing/decider.ts'

/** The smallest service with two aggregate types: accounts, and loans that are recalled as soon as they are lent. */
export type Deposit = { readonly type: 'Deposit'; readonly data: { readonly cents: number } }
export type Deposited = { readonly type: 'bank-account.Deposited'; readonly data: { readonly cents: number } }
export type Lend = { readonly type: 'Lend' | 'Recall'; readonly data: { readonly cents: number } }
export type Lent = { readonly type: 'bank-loan.Lent' | 'bank-loan.Recalled'; readonly data: { readonly cents: number } }

export const Money = Type.Object({ cents: Type.Integer() })
const Balance = Type.Object({ balance: Type.Integer() })

/** Its commands of 666 cents cannot be decided. */
const accounts: Decider<{ readonly balance: number }, Deposit, Deposited, 'NEGATIVE'> = {
  initial: { balance: 0 },
  decide: ({ data }) => {
    if (data.cents === 666) throw new Error('the decider is broken')
    return data.cents < 0 ? refuse('NEGATIVE', `${data.cents}`) : [{ type: 'bank-account.Deposited', data }]
  },
  evolve: ({ balance }, { data }) => ({ balance: balance + data.cents }),
  snapshot: identityCodec(Balance, 1),
}

const loans: Decider<{ readonly balance: number }, Lend, Lent, 'TWICE'> = {
  initial: { balance: 0 },
  decide: ({ type, data }, { balance }) => {
    if (type === 'Recall') return balance < 0 ? [{ type: 'bank-loan.Recalled', data }] : []
    return balance < 0 ? refuse('TWICE', 'lent already') : [{ type: 'bank-loan.Lent', data }]
  },
  evolve: ({ balance }, { type, data }) => ({ balance: type === 'bank-loan.Lent' ? balance - data.cents : 0 }),
  deadline: ({ balance }) =>
    balance < 0 ? { at: '2026-01-01T00:00:00.000Z', command: { type: 'Recall', data: { cents: -balance } } } : undefined,
  snapshot: identityCodec(Balance, 1),
}

/** Both types with views of their own: aggregate id → balance. */
export function toyBank() {
  const views = { account: new Map<string, number>(), loan: new Map<string, number>() }
  const types = {
    account: aggregateType({
      decider: accounts,
      commandSchemas: { Deposit: Money },
      eventSchemas: { 'bank-account.Deposited': Money },
      view: (id, { balance }) => void views.account.set(id, balance),
      snapshotInterval: 1,
    }),
    loan: aggregateType({
      decider: loans,
      commandSchemas: { Lend: Money, Recall: Money },
      eventSchemas: { 'bank-loan.Lent': Money, 'bank-loan.Recalled': Money },
      view: (id, { balance }) => void views.loan.set(id, balance),
      snapshotInterval: 1,
    }),
  }
  return { types, views }
}
