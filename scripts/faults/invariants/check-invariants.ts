import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { AvailabilityList } from '../../../services/shared/contracts/api/inventory.ts'
import { Credit } from '../../../services/shared/contracts/api/payments.ts'
import { allHold, broken, type Check } from '../check.ts'
import { onlyReplica } from '../only-replica.ts'
import type { Replica, Target } from '../target.ts'
import { poll } from '../wait.ts'
import { type Audit, createAudit } from './audit.ts'
import { type Answers, businessChecks } from './business-checks.ts'
import { logReader } from './read-log.ts'

/** Sagas under way end within seconds; what has not settled by then is stuck. */
const settling = { timeoutMs: 30_000, everyMs: 500 }
/** Customers whose credit is asked for; the latest in the log. */
const maxCustomers = 50

/** Holds the services' answers against the whole log, again and again until all agree or it is clear that they will not. */
export async function checkInvariants(target: Target, placed: readonly string[], signal: AbortSignal): Promise<readonly Check[]> {
  const audit = createAudit()
  const reader = logReader(target.brokers, audit)
  try {
    const checks = async () => {
      await reader.readOn()
      return businessChecks(audit, await answers(target, audit), placed)
    }
    return await poll(checks, allHold, { ...settling, signal })
  } catch (error) {
    return [broken('the business invariants could be checked', error)]
  } finally {
    await reader.close()
  }
}

async function answers(target: Target, { creditUsed }: Audit): Promise<Answers> {
  const [inventory, payments] = await Promise.all([onlyReplica(target, 'inventory'), onlyReplica(target, 'payments')])
  const { items } = await ask(target, inventory, '/availability', AvailabilityList)
  const customers = [...creditUsed.keys()].slice(-maxCustomers)
  const credits = await Promise.all(customers.map((id) => ask(target, payments, `/customers/${id}/credit`, Credit)))
  return { availability: items, creditUsed: new Map(credits.map(({ customerId, used }) => [customerId, used])) }
}

async function ask<Schema extends TSchema>(target: Target, replica: Replica, path: string, schema: Schema): Promise<Static<Schema>> {
  const { status, body } = await target.app(replica, 'app', { method: 'GET', path })
  if (status !== 200 || !Value.Check(schema, body))
    throw new Error(`${replica.name} answered ${status} to GET ${path}: ${JSON.stringify(body)}`)
  return body
}
