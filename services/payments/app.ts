import { type EventsFor, eventSchemas } from '../shared/contracts/events/events.ts'
import { paymentsEvents } from '../shared/contracts/events/payments.ts'
import { eventVersions } from '../shared/contracts/events/versions.ts'
import { workloads } from '../shared/contracts/topology.ts'
import type { EventSourcedService } from '../shared/runtime/event-sourced-service.ts'
import { type PaymentsCommand, paymentsCommands } from './decider/commands.ts'
import { paymentsDecider } from './decider/decider.ts'
import type { AccountState, PaymentsEvent } from './decider/evolve.ts'
import { type PaymentsErrorCode, paymentsErrors } from './errors.ts'
import { createAccounts } from './projections.ts'
import { reactions } from './reactions.ts'
import { serveCredit } from './routes.ts'

/**
 * The payments service, assembled.
 * @param defaultCreditLimit cents, of a customer whose limit nobody has changed
 */
export function paymentsService(
  defaultCreditLimit: number,
): EventSourcedService<AccountState, PaymentsCommand, PaymentsEvent, PaymentsErrorCode, EventsFor<'payments'>> {
  const accounts = createAccounts(defaultCreditLimit)
  return {
    service: 'payments',
    decider: paymentsDecider(defaultCreditLimit),
    commandSchemas: paymentsCommands,
    eventSchemas: paymentsEvents,
    eventVersions,
    foreignEventSchemas: eventSchemas,
    reactions,
    subscribesTo: workloads.payments.subscribesTo,
    problems: paymentsErrors,
    view: accounts.update,
    routes: (app, sendCommand) => serveCredit(app, accounts, sendCommand),
  }
}
