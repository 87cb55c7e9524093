import type { Logger } from '../../kafka/client/kafka-logger.ts'
import { type EventLog, partitionName, type Subscription } from '../../kafka/event-log.ts'
import { debugInTraceOf, inTraceOf } from '../../messaging/in-trace-of.ts'
import { eventsOf } from '../../messaging/topic-names.ts'
import { endingSpans, traceRecords } from '../../messaging/trace-records.ts'
import type { Command, DomainEvent } from '../decider.ts'
import type { EventSourcingMetrics } from '../event-sourcing-metrics.ts'
import { parkedEventReader } from '../quarantine/parked-event-reader.ts'
import { type ReactionRules, reactToBatch } from './reactions.ts'

export interface EventHandlerOptions<Subscribed extends DomainEvent, C extends Command> {
  readonly rules: ReactionRules<Subscribed, C>
  /** Services whose events are read. */
  readonly subscribesTo: readonly string[]
  /** Where a group begins that is new. */
  readonly from?: 'beginning' | 'end' | undefined
  readonly eventLog: EventLog
  readonly logger: Logger
  readonly clock: () => Date
  readonly metrics: EventSourcingMetrics
}

/**
 * Turns events of other services into commands in the service's own topic. At least once: offsets are committed after the commands are written.
 * The dead letters remember which keys wait. They are read again unless a batch begins where the last one of its partition ended, and nothing
 * waited then: otherwise somebody else may have put something aside meanwhile, or have redriven it.
 */
export function startEventHandler<Subscribed extends DomainEvent, C extends Command>(
  options: EventHandlerOptions<Subscribed, C>,
): Subscription {
  const { rules, subscribesTo, from = 'beginning', eventLog, logger, clock, metrics } = options
  const { parkedEvents, catchUp, park } = parkedEventReader(eventLog, rules.service, (waiting) => metrics.quarantinedEvents.set(waiting))
  /** Partition → where its last batch ended, when nothing waited. */
  const clearUpTo = new Map<string, number>()
  return eventLog.subscribe({
    group: `${rules.service}.reactions`,
    topics: subscribesTo.map(eventsOf),
    from,
    onBatch: async ({ topic, partition, records: read, nextOffset }, { heartbeat }) => {
      const name = partitionName({ topic, partition })
      if (read[0]?.offset !== clearUpTo.get(name)) await catchUp()
      clearUpTo.delete(name)
      const { records, spans } = traceRecords('event', read, (type) => Object.hasOwn(rules.reactions, type))
      const forwarded = reactToBatch(rules, parkedEvents, records, clock().toISOString())
      const out = forwarded.flatMap((reaction) => reaction.records)
      const parked = forwarded.filter((reaction) => reaction.parked)
      const write = () => eventLog.produce(out)
      await endingSpans(spans, async () => {
        for (const { record, records: written, parked: why } of forwarded) {
          const span = spans.get(record.offset)
          if (why) span?.fail(why.code)
          else span?.set({ 'breakwater.commands': written.map(({ headers }) => String(headers.type)) })
        }
        if (parked.length > 0)
          await park(
            parked.map(({ record }) => record),
            write,
            heartbeat,
          )
        else if (out.length > 0) await write()
      })
      for (const { record, parked: why } of parked) {
        inTraceOf(record, () => logger.error({ topic, partition, offset: record.offset, ...why }, 'event parked'))
        metrics.parked.inc()
      }
      for (const { record, records: written, parked: why } of forwarded) {
        if (why || written.length === 0) continue
        debugInTraceOf(logger, record, { topic, partition, offset: record.offset, commands: written.length }, 'event handled')
      }
      if (!parkedEvents.holdsUp({ topic, partition })) clearUpTo.set(name, nextOffset)
    },
  })
}
