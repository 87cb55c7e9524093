import type { Command, Fact } from '../decider.ts'
import type { EventLog, Subscription } from '../kafka/event-log.ts'
import type { Logger } from '../kafka/kafka-logger.ts'
import type { EventSourcingMetrics } from './event-sourcing-metrics.ts'
import { type ReactionRules, react } from './reactions.ts'
import { eventsOf } from './topic-names.ts'

export interface ForwarderOptions<Heard extends Fact, C extends Command> {
  readonly rules: ReactionRules<Heard, C>
  /** Services whose events are read. */
  readonly hears: readonly string[]
  readonly eventLog: EventLog
  readonly logger: Logger
  readonly clock: () => Date
  readonly metrics: EventSourcingMetrics
}

/** Forwards events heard as commands into the service's own topic. At least once: offsets are committed after the commands are written. */
export function startForwarder<Heard extends Fact, C extends Command>(options: ForwarderOptions<Heard, C>): Subscription {
  const { rules, hears, eventLog, logger, clock, metrics } = options
  return eventLog.subscribe({
    group: `${rules.service}.reactions`,
    topics: hears.map(eventsOf),
    onBatch: async ({ topic, partition, records }) => {
      const time = clock().toISOString()
      const reactions = records.map((record) => ({ record, ...react(rules, record, time) }))
      for (const { record, parked } of reactions) {
        if (!parked) continue
        logger.error({ topic, partition, offset: record.offset, ...parked }, 'event parked')
        metrics.parked.inc()
      }
      const out = reactions.flatMap((reaction) => reaction.records)
      if (out.length > 0) await eventLog.produce(out)
    },
  })
}
