import { Kafka, logLevel } from 'kafkajs'
import { localAccess } from '../../access/local-access.ts'
import { type LoadReport, runOrderLoad } from '../../load/orders.ts'
import { down } from '../../local/commands/down.ts'
import { up } from '../../local/commands/up.ts'
import { localPaths } from '../../local/paths.ts'
import { readState } from '../../local/state.ts'
import { producerPerformance } from './producer-performance.ts'
import { measureVisibility, type Visibility } from './visibility.ts'

export interface ShopOrders {
  readonly load: LoadReport
  readonly visibility: Visibility
  /** Records a second of Kafka's own producer to the same broker right afterwards; undefined where that tool cannot run. */
  readonly kafkaRecordsPerSecond: number | undefined
}

const topic = 'bench.performance'

/** Orders through the whole shop, gateway to confirmation, and what its broker could take. @throws Error when a shop runs already */
export async function measureShopOrders(count: number, progress: (line: string) => void, signal: AbortSignal): Promise<ShopOrders> {
  const paths = localPaths()
  if (await readState(paths.state)) throw new Error('The shop runs already; stop it first (make down).')
  await up(paths, { foreground: false, stays: false }, signal)
  try {
    const state = await readState(paths.state)
    if (!state) throw new Error('The shop has ended by itself; see .local/log/breakwater.log.')
    const gatewayUrl = await (await localAccess()).gatewayUrl()
    const seed = `bench-events-${Date.now()}`
    const common = { gatewayUrl, concurrency: 32, acceptWithinMs: 30_000, endWithinMs: 120_000, signal }
    await runOrderLoad({ ...common, seed: `${seed}-warm`, count: 50 })
    progress(`${count} orders through the whole shop`)
    const load = await runOrderLoad({ ...common, seed, count })
    progress('from the acceptance of an order to its page')
    const visibility = await measureVisibility({ gatewayUrl, count: 100, concurrency: 4, signal })
    progress("Kafka's own producer to the same broker")
    await createTopic(state.brokers)
    return { load, visibility, kafkaRecordsPerSecond: await producerPerformance(state.brokers, topic) }
  } finally {
    await down(paths, { purge: false })
  }
}

async function createTopic(brokers: string): Promise<void> {
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  // Gone after minutes: the shop's data stays.
  const configEntries = [{ name: 'retention.ms', value: '60000' }]
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }], waitForLeaders: true })
  await admin.disconnect()
}
