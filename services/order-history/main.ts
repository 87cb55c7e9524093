import { connectEventLog } from '../shared/runtime/kafka/connect-event-log.ts'
import { runProcess } from '../shared/runtime/process.ts'
import { openDatabase } from '../shared/runtime/projection/database.ts'
import { createOrderHistory } from './app.ts'
import { config } from './config.ts'

await runProcess({
  service: 'order-history',
  config,
  start: async ({ config: { DATABASE_URL, KAFKA_BROKERS }, logger, metrics }) => {
    const database = await openDatabase(DATABASE_URL, logger)
    const eventLog = connectEventLog({ brokers: KAFKA_BROKERS.split(','), clientId: 'order-history', logger, onFatal: endProcess })
    return createOrderHistory({ eventLog, database, logger, metrics })
  },
})

/** The process handles an uncaught exception by ending with a logged error; its supervisor starts a new one. */
function endProcess(error: Error): void {
  queueMicrotask(() => {
    throw error
  })
}
