import { connectEventLog } from '../../services/shared/runtime/kafka/connect-event-log.ts'
import type { EventLog } from '../../services/shared/runtime/kafka/event-log.ts'
import type { ShopAccess } from '../access/shop-access.ts'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** The shop's log, to be read: `current` connects anew when the shop was started again in the meantime, with brokers elsewhere. */
export interface OpenEventLog {
  /** @throws NoShop when its brokers cannot be reached from here */
  current(): Promise<EventLog>
  close(): Promise<void>
}

export function openEventLog(access: ShopAccess): OpenEventLog {
  let open: { readonly brokers: string; readonly eventLog: EventLog } | undefined
  return {
    current: async () => {
      const brokers = await access.brokers()
      const name = brokers.join(',')
      if (open?.brokers !== name) {
        await open?.eventLog.close()
        open = { brokers: name, eventLog: connectEventLog({ brokers: [...brokers], clientId: 'console', logger: silent }) }
      }
      return open.eventLog
    },
    close: async () => open?.eventLog.close(),
  }
}
