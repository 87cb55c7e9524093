import { workload, workloadNames } from '../../../services/shared/contracts/topology.ts'
import type { View } from '../context.ts'
import { feed } from '../server/route.ts'
import { shared } from '../server/shared.ts'
import type { NumbersMessage } from './messages.ts'

/** Somebody who looks at another view for a while need not wait for the past to be read again. */
const keptMs = 20_000

const services = workloadNames.filter((name) => workload(name).eventSourced)

/** Numbers of orders by the log alone, whatever services say. */
export const numbers: View = (context) => {
  const counting = shared<NumbersMessage>(async (publish, signal) => {
    const { watchNumbers } = await import('./watch-numbers.ts')
    await watchNumbers(await context.eventLog(), { services, orders: 'orders' }, publish, signal)
  }, keptMs)
  return [feed('/numbers', ({ signal }) => counting.watch(signal))]
}
