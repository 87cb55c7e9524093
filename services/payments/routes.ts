import { Type } from 'typebox'
import { Credit } from '../shared/contracts/api/payments.ts'
import { Cents, CustomerId } from '../shared/contracts/values.ts'
import type { SendCommand } from '../shared/runtime/http/send-command.ts'
import type { Server } from '../shared/runtime/http/server.ts'
import type { PaymentsCommand } from './decider/commands.ts'
import type { PaymentsEvent } from './decider/evolve.ts'
import type { Accounts } from './projections.ts'

const params = Type.Object({ id: CustomerId })

/** Credit of customers over HTTP. */
export function serveCredit(app: Server, accounts: Accounts, sendCommand: SendCommand<PaymentsCommand, PaymentsEvent>): void {
  app.get('/customers/:id/credit', { schema: { params, response: { 200: Credit } } }, ({ params: { id } }) => accounts.get(id))

  const newLimit = { params, body: Type.Object({ limit: Cents }, { additionalProperties: false }) }
  app.put('/customers/:id/credit-limit', { schema: newLimit }, async ({ params: { id: customerId }, body: { limit } }, reply) => {
    const { status } = await sendCommand({ aggregateId: customerId, command: { type: 'ChangeCreditLimit', data: { customerId, limit } } })
    return reply.code(status === 'pending' ? 202 : 204).send()
  })
}
