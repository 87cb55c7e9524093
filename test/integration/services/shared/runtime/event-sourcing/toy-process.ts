/** A replica of the account service as a process of its own, so that a test can kill it: `node toy-process.ts <brokers> <service>`. */
import { startEventSourcing } from '../../../../../../services/shared/runtime/event-sourcing/start-event-sourcing.ts'
import { connectEventLog } from '../../../../../../services/shared/runtime/kafka/connect-event-log.ts'
import { accountDecider, commandSchemas, eventSchemas } from '../../../../../unit/services/shared/runtime/event-sourcing/toy-account.ts'

const [brokers = '', service = ''] = process.argv.slice(2)
const silent = () => undefined
const logger = { debug: silent, info: silent, warn: silent, error: silent }
startEventSourcing({
  service,
  eventLog: connectEventLog({ brokers: [brokers], clientId: 'toy', logger }),
  decider: accountDecider(service),
  commandSchemas,
  eventSchemas: eventSchemas(service),
  logger,
})
