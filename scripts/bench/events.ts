import { startBenchBroker } from './events/bench-broker.ts'
import { compareFolding } from './events/folding.ts'
import { type LongLog, measureLongLog } from './events/long-log.ts'
import { compareMicroBatches } from './events/micro-batches.ts'
import { compareRebuild } from './events/projections.ts'
import type { Compared } from './events/rate.ts'
import { measureShopOrders, type ShopOrders } from './events/shop-orders.ts'
import { compareSnapshots, type SnapshotsCompared } from './events/snapshots.ts'
import { measureStartUp, type StartUp } from './events/start-up.ts'
import { compareTransactions, createTransactionTopics } from './events/transactions.ts'

/** What the event path costs beside what the broker and the client alone cost. */
export interface EventsMeasurement {
  readonly transactionsOf100: Compared
  readonly transactionsOf1000: Compared
  readonly microBatches: Compared
  readonly folding: Compared
  readonly snapshots: SnapshotsCompared
  readonly startUp: StartUp
  readonly longLog: LongLog
  readonly rebuild: Compared
  readonly shop: ShopOrders
}

export interface EventsBenchOptions {
  readonly rounds: number
  /** Through the running shop. */
  readonly orders: number
  /** Orders of the log that is written, audited and made into rows. */
  readonly history: number
  /** Events of the partition that a new owner begins with. */
  readonly partition: number
  readonly progress: (line: string) => void
  readonly signal: AbortSignal
}

/** Measures on a broker of its own, then on a shop of its own. */
export async function benchEvents({ orders, ...options }: EventsBenchOptions): Promise<EventsMeasurement> {
  const alone = await measureAlone(options)
  return { ...alone, shop: await measureShopOrders(orders, options.progress, options.signal) }
}

async function measureAlone(options: Omit<EventsBenchOptions, 'orders'>): Promise<Omit<EventsMeasurement, 'shop'>> {
  const { rounds, history, partition, progress, signal } = options
  const broker = await startBenchBroker()
  try {
    const inTurns = { rounds, signal }
    await createTransactionTopics(broker)
    progress('transactions of 100 events, and the plain producer')
    const transactionsOf100 = await compareTransactions(broker, 100, 10_000, inTurns)
    progress('transactions of 1000 events, and the plain producer')
    const transactionsOf1000 = await compareTransactions(broker, 1_000, 40_000, inTurns)
    progress('micro-batches, and a transaction for each command')
    const microBatches = await compareMicroBatches(broker, inTurns)
    progress('folding, and a bare kafkajs consumer')
    const folding = await compareFolding(broker, inTurns)
    progress('an aggregate of 10 000 events, with and without its snapshot')
    const snapshots = await compareSnapshots(broker, inTurns)
    const startUp = await measureStartUp(broker, partition, { progress, signal })
    await broker.createShopTopics()
    const longLog = await measureLongLog(broker, history, progress)
    progress('rows made again, and a transaction for each event')
    const rebuild = await compareRebuild(broker.eventLog, inTurns)
    return { transactionsOf100, transactionsOf1000, microBatches, folding, snapshots, startUp, longLog, rebuild }
  } finally {
    await broker.stop()
  }
}
