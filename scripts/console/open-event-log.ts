import { connectEventLog } from '../../services/shared/runtime/kafka/connect-event-log.ts'
import type { EventLog } from '../../services/shared/runtime/kafka/event-log.ts'
import type { ShopAccess } from '../access/shop-access.ts'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** The shop's log, to be read. @throws NoShop when its brokers cannot be reached from here */
export const openEventLog = async (access: ShopAccess): Promise<EventLog> =>
  connectEventLog({ brokers: [...(await access.brokers())], clientId: 'console', logger: silent })
