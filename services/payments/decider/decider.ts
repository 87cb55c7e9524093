import type { Decider } from '../../shared/runtime/event-sourcing/decider.ts'
import type { PaymentsErrorCode } from '../errors.ts'
import type { PaymentsCommand } from './commands.ts'
import { decide } from './decide.ts'
import { type AccountState, evolve, initial, type PaymentsEvent } from './evolve.ts'
import { snapshot } from './snapshot.ts'

/**
 * The rules of one customer's credit.
 * @param defaultCreditLimit cents that a customer may use until somebody changes the limit
 */
export const paymentsDecider = (defaultCreditLimit: number): Decider<AccountState, PaymentsCommand, PaymentsEvent, PaymentsErrorCode> => ({
  initial,
  decide: (command, state) => decide(command, state, state.limit ?? defaultCreditLimit),
  evolve,
  snapshot,
})
