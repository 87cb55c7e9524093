/**
 * A read model as a process of its own that ends itself where a crash hurts most:
 * `node killed-teller.ts <brokers> <service> <directory> <before-telling | after-telling | never>`.
 */
import { connectEventLog } from '../../../../../../../services/shared/runtime/kafka/connect-event-log.ts'
import { openDatabase } from '../../../../../../../services/shared/runtime/projections/database/open-database.ts'
import { startBalances } from '../toy-balances.ts'

const [brokers = '', service = '', directory = '', dies = 'never'] = process.argv.slice(2)
const silent = () => undefined
const logger = { debug: silent, info: silent, warn: silent, error: silent }
const eventLog = connectEventLog({ brokers: [brokers], clientId: 'toy', logger })
const database = await openDatabase(`pglite:${directory}`, logger)
startBalances({
  service,
  database,
  eventLog: {
    ...eventLog,
    produce: async (records) => {
      if (dies === 'before-telling') process.kill(process.pid, 'SIGKILL')
      await eventLog.produce(records)
      if (dies === 'after-telling') process.kill(process.pid, 'SIGKILL')
    },
  },
})
