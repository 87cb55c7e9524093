import { timelineTexts } from '../../../services/order-history/projections/timeline-texts.ts'

/** What an event means to the person who ordered; the fields of those that are not told to customers. */
export function tellEvent(type: string, data: unknown): string {
  if (Object.hasOwn(timelineTexts, type)) return (timelineTexts as Record<string, (data: unknown) => string>)[type]?.(data) ?? ''
  const plain = Object.entries(data ?? {}).filter(([, value]) => typeof value !== 'object')
  return plain.map(([name, value]) => `${name} ${value}`).join(', ')
}
