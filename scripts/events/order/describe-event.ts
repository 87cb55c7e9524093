import { timelineTexts } from '../../../services/order-history/projections/timeline-texts.ts'
import type { EventData, EventType } from '../../../services/shared/contracts/events/events.ts'

/** Of events that are not told to the person who ordered. */
const staffTexts = {
  'orders.OrderLineReserved': ({ sku }) => `Line ${sku} is set aside`,
  'notifications.NotificationSent': ({ text }) => `“${text}”`,
} satisfies { [Type in EventType]?: (data: EventData<Type>) => string }

const texts: Readonly<Record<string, ((data: never) => string) | undefined>> = { ...timelineTexts, ...staffTexts }

/** An event in words; of those that are not about an order, the plain fields. */
export function describeEvent(type: string, data: unknown): string {
  const describe = Object.hasOwn(texts, type) ? texts[type] : undefined
  // The data fit the schema of their type: only the pair is not known to the compiler.
  if (describe) return describe(data as never)
  const plain = Object.entries(data ?? {}).filter(([, value]) => typeof value !== 'object')
  return plain.map(([name, value]) => `${name} ${value}`).join(', ')
}
