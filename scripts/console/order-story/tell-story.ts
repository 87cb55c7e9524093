import { awaitedService } from '../../../services/shared/contracts/order-workflow.ts'
import type { LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { toTimeline } from '../../events/order/order-timeline.ts'
import type { ServiceRules } from '../../events/rules.ts'
import { momentsOf } from './moments.ts'
import { roleOf } from './roles.ts'
import type { OrderStory } from './story.ts'
import { waitingOf } from './waiting.ts'

/** What a person reads of one line; the whole is in `npx breakwater events show`. */
const longestText = 500

/**
 * Records of one saga, dead letters included → its story.
 * @param commands by place, of those that `placesOfUnexplained` names what is still there
 */
export function tellStory(
  orderId: string,
  rules: Readonly<Record<string, ServiceRules>> & { readonly orders: ServiceRules },
  records: readonly LogRecord[],
  commands: ReadonlyMap<string, LogRecord>,
): OrderStory {
  const timeline = toTimeline(rules, records, commands)
  const { moments, states } = momentsOf(rules.orders, timeline)
  const waiting = waitingOf(rules, records)
  const status = moments.at(-1)?.status
  const isOver = status !== undefined && awaitedService(status) === undefined && waiting.length === 0
  return {
    orderId,
    phase: timeline.length === 0 ? 'unknown' : isOver ? 'ended' : 'under-way',
    status,
    entries: timeline.map(({ data: _, ...entry }) => ({
      ...entry,
      text: entry.text.slice(0, longestText),
      atMs: Date.parse(entry.time),
      role: roleOf(entry.type),
    })),
    moments,
    states,
    waiting,
  }
}
