import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { AvailabilityList } from '../../../../services/shared/contracts/api/inventory.ts'
import { Credit } from '../../../../services/shared/contracts/api/payments.ts'
import { connectEventLog } from '../../../../services/shared/runtime/kafka/connect-event-log.ts'
import type { Replica } from '../../../access/replica.ts'
import { allPassed, type Check, equals, unproven } from '../../../checks/check.ts'
import { poll } from '../../../checks/poll.ts'
import { checkLog } from '../../../events/audit/check-log.ts'
import { kafkaLog } from '../../../events/log/shop-log.ts'
import { firstReplica } from '../../core/first-replica.ts'
import { shopWorkload } from '../destinations.ts'
import type { OrdersPlaced } from '../orders-in-flight.ts'
import type { ShopTarget } from '../shop-target.ts'
import { type Accounts, createAccounts } from './accounts.ts'
import { type Answers, answerChecks } from './answer-checks.ts'
import { accountsReader } from './read-log.ts'

/** Sagas under way end within seconds, under load on a slow machine within a minute; what has not settled by then is stuck. */
const settling = { timeoutMs: 120_000, everyMs: 1_000 }
/** Customers whose credit is asked for; the latest in the log. */
const maxCustomers = 50

export interface InvariantsOptions {
  readonly signal: AbortSignal
  /** One line for the person who watches, when something has not settled yet. */
  readonly progress: (line: string) => void
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/**
 * The audit of `events verify`, and the services' answers held against the log, again and again until all agree or it is clear that they
 * will not. Orders that others go on to place are none of this run's business: what was there at the call must settle.
 */
export async function checkInvariants(
  target: ShopTarget,
  { accepted, refused }: OrdersPlaced,
  { signal, progress }: InvariantsOptions,
): Promise<readonly Check[]> {
  const settledBefore = Date.now()
  const eventLog = connectEventLog({ brokers: [...(await target.brokers())], clientId: 'experiments', logger: silent })
  const accounts = createAccounts()
  const readOn = accountsReader(eventLog, accounts)
  try {
    await readOn()
    const read = async () => [
      equals('orders of the run that the shop did not take', [], refused),
      ...(await checkLog(kafkaLog(eventLog), { accepted, settledBefore })),
      ...(await checkAnswers(target, accounts, readOn)),
    ]
    let reported = ''
    const checks = async () => {
      const found = await read()
      const unsettled = found.flatMap(({ name, passed }) => (passed ? [] : [name])).join('; ')
      if (unsettled !== reported && unsettled !== '') progress(`business invariants: waiting for: ${unsettled}`)
      reported = unsettled
      return found
    }
    return await poll(checks, allPassed, { ...settling, signal })
  } catch (error) {
    return [unproven('the business invariants could be checked', error)]
  } finally {
    await eventLog.close()
  }
}

async function checkAnswers(target: ShopTarget, accounts: Accounts, readOn: () => Promise<void>): Promise<Check[]> {
  accounts.creditUsed.mark()
  accounts.stock.mark()
  const answers = await askServices(target, accounts)
  await readOn()
  return answerChecks(accounts, answers)
}

async function askServices(target: ShopTarget, { creditUsed }: Accounts): Promise<Answers> {
  const [inventory, payments] = await Promise.all([
    firstReplica(target, shopWorkload('inventory')),
    firstReplica(target, shopWorkload('payments')),
  ])
  const { items } = await ask(target, inventory, '/availability', AvailabilityList)
  const customers = creditUsed.keys.slice(-maxCustomers)
  const credits = await Promise.all(customers.map((id) => ask(target, payments, `/customers/${id}/credit`, Credit)))
  return { availability: items, creditUsed: new Map(credits.map(({ customerId, used }) => [customerId, used])) }
}

async function ask<Schema extends TSchema>(target: ShopTarget, replica: Replica, path: string, schema: Schema): Promise<Static<Schema>> {
  const { status, body } = await target.app(replica, 'app', { method: 'GET', path })
  if (status !== 200 || !Value.Check(schema, body))
    throw new Error(`${replica.name} answered ${status} to GET ${path}: ${JSON.stringify(body)}`)
  return body
}
