import type { Logger } from '../../kafka/client/kafka-logger.ts'
import { type EventLog, partitionName, type Subscription } from '../../kafka/event-log.ts'
import { debugInTraceOf, inTraceOf } from '../../messaging/in-trace-of.ts'
import { eventsOf } from '../../messaging/topic-names.ts'
import type { Command, Fact } from '../decider.ts'
import type { EventSourcingMetrics } from '../event-sourcing-metrics.ts'
import { waitingReader } from '../quarantine/parked-event-reader.ts'
import { forwardEvents, type ReactionRules } from './reactions.ts'

export interface ForwarderOptions<Heard extends Fact, C extends Command> {
  readonly rules: ReactionRules<Heard, C>
  /** Services whose events are read. */
  readonly hears: readonly string[]
  readonly eventLog: EventLog
  readonly logger: Logger
  readonly clock: () => Date
  readonly metrics: EventSourcingMetrics
}

/**
 * Forwards events heard as commands into the service's own topic. At least once: offsets are committed after the commands are written.
 * The dead letters remember which keys wait. They are read again unless a batch begins where the last one of its partition ended, and nothing
 * waited then: otherwise somebody else may have put something aside meanwhile, or have redriven it.
 */
export function startForwarder<Heard extends Fact, C extends Command>(options: ForwarderOptions<Heard, C>): Subscription {
  const { rules, hears, eventLog, logger, clock, metrics } = options
  const { waiting, catchUp, settle } = waitingReader(eventLog, rules.service)
  /** Partition → where its last batch ended, when nothing waited. */
  const clearUpTo = new Map<string, number>()
  return eventLog.subscribe({
    group: `${rules.service}.reactions`,
    topics: hears.map(eventsOf),
    onBatch: async ({ topic, partition, records, nextOffset }, { heartbeat }) => {
      const name = partitionName({ topic, partition })
      if (records[0]?.offset !== clearUpTo.get(name)) await catchUp()
      clearUpTo.delete(name)
      const forwarded = forwardEvents(rules, waiting, records, clock().toISOString())
      const out = forwarded.flatMap((reaction) => reaction.records)
      const parked = forwarded.filter((reaction) => reaction.parked)
      const write = () => eventLog.produce(out)
      if (parked.length > 0)
        await settle(
          parked.map(({ record }) => record),
          write,
          heartbeat,
        )
      else if (out.length > 0) await write()
      for (const { record, parked: why } of parked) {
        inTraceOf(record, () => logger.error({ topic, partition, offset: record.offset, ...why }, 'event parked'))
        metrics.parked.inc()
      }
      for (const { record, records: written, parked: why } of forwarded) {
        if (why || written.length === 0) continue
        debugInTraceOf(logger, record, { topic, partition, offset: record.offset, commands: written.length }, 'event forwarded')
      }
      if (parked.length === 0 && !waiting.holdsUp({ topic, partition })) clearUpTo.set(name, nextOffset)
    },
  })
}
