import { withConsumerLag } from '../shared/runtime/consumer-lag.ts'
import { brokerSecurity } from '../shared/runtime/kafka/client/broker-security.ts'
import { connectEventLog } from '../shared/runtime/kafka/connect-event-log.ts'
import { endProcess, runProcess } from '../shared/runtime/process/process.ts'
import { openDatabase } from '../shared/runtime/projections/index.ts'
import { createOrderHistory } from './app.ts'
import { config } from './config.ts'

await runProcess({
  service: 'order-history',
  config,
  start: async ({ config, logger, metrics }) => {
    const database = await openDatabase(config.DATABASE_URL, logger)
    const eventLog = connectEventLog({
      brokers: config.KAFKA_BROKERS.split(','),
      security: brokerSecurity(config),
      clientId: 'order-history',
      logger,
      onFatal: endProcess,
    })
    return createOrderHistory({ eventLog: withConsumerLag(eventLog, metrics), database, logger, metrics })
  },
})
