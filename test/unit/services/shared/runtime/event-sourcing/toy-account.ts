import { Type } from 'typebox'
import type { Rules } from '../../../../../../services/shared/runtime/event-sourcing/decide/rules.ts'
import { type Decider, refuse, type SnapshotFormat } from '../../../../../../services/shared/runtime/event-sourcing/decider.ts'
import { dataCheck } from '../../../../../../services/shared/runtime/messaging/record-codec.ts'

/** The smallest event-sourced service that has every kind of answer: an account that takes each deposit once. */
export type Deposit = { readonly type: 'Deposit'; readonly data: { readonly ref: string; readonly cents: number } }
export type Deposited = { readonly type: `${string}.Deposited`; readonly data: Deposit['data'] }

export interface Account {
  readonly cents: number
  readonly refs: readonly string[]
}

const Data = Type.Object({ ref: Type.String(), cents: Type.Integer() })

export const accountDecider = (service: string): Decider<Account, Deposit, Deposited, 'NEGATIVE'> => ({
  initial: { cents: 0, refs: [] },
  decide: ({ data }, { refs }) => {
    if (data.cents === 666) throw new Error('the decider is broken')
    if (data.cents < 0) return refuse('NEGATIVE', `${data.cents} is negative`)
    return refs.includes(data.ref) ? [] : [{ type: `${service}.Deposited`, data }]
  },
  evolve: ({ cents, refs }, { data }) => ({ cents: cents + data.cents, refs: [...refs, data.ref] }),
})

export const accountSnapshots: SnapshotFormat<Account> = {
  foldVersion: 1,
  schema: Type.Object({ cents: Type.Integer(), refs: Type.Array(Type.String()) }),
  toJson: (state) => state,
  fromJson: (json: Account) => json,
}

export const commandSchemas = { Deposit: Data }
export const eventSchemas = (service: string) => ({ [`${service}.Deposited`]: Data })

export const accountRules = (service: string): Rules<Account, Deposit, Deposited> => ({
  service,
  decider: accountDecider(service),
  checkCommand: dataCheck(commandSchemas),
  checkEvent: dataCheck(eventSchemas(service)),
  versions: {},
})
