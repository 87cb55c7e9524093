import type { Logger } from '../../kafka/client/kafka-logger.ts'
import type { EventLog, LogRecord } from '../../kafka/event-log.ts'
import { commandsOf } from '../../messaging/topic-names.ts'
import type { Rules } from '../decide/rules.ts'
import type { Command, DomainEvent } from '../decider.ts'
import { foldRecord } from '../recover/fold-record.ts'
import { type Aggregate, emptyPartitionState, type PartitionState } from '../recover/partition-state.ts'
import { foldTail, loadSnapshots } from '../recover/recover.ts'

/** Told the state of every aggregate there is, and again whenever one changes; each aggregate's states in order. */
export type UpdateView<State> = (aggregateId: string, state: State) => void

export interface InMemoryView {
  /** Begins a partition with its snapshots and the events since. @returns the offset of the first event that is still to be taken */
  recover(partition: number): Promise<number>
  /** The next records of a partition; those that were taken before change nothing. */
  take(partition: number, records: readonly LogRecord[]): void
  stop(): void
}

interface InMemoryViewOptions<State, C extends Command, Event extends DomainEvent> {
  readonly rules: Rules<State, C, Event>
  readonly eventLog: EventLog
  readonly update: UpdateView<State>
  readonly logger: Logger
}

/** Folds a service's own events on a replica, whoever decides them: what an owner knows, of all partitions. */
export function inMemoryView<State, C extends Command, Event extends DomainEvent>(
  options: InMemoryViewOptions<State, C, Event>,
): InMemoryView {
  const { rules, eventLog, update, logger } = options
  const partitionStates = new Map<number, PartitionState<State>>()
  const stopping = new AbortController()

  const updateFor = (aggregateId: string, { state }: Aggregate<State>): void => {
    try {
      update(aggregateId, state)
    } catch (err) {
      logger.error({ err, service: rules.service, aggregateId }, 'aggregate left out of the view')
    }
  }

  /** What only owners act upon: they save snapshots, and quarantine corrupt events. */
  const forget = ({ dirty, corruptEvents }: PartitionState<State>): void => {
    for (const { record, why } of corruptEvents.values()) {
      const { topic, partition, offset } = record
      logger.error({ topic, partition, offset, ...why }, 'own event left out of the view')
    }
    corruptEvents.clear()
    dirty.clear()
  }

  return {
    recover: async (partition) => {
      const partitionState = emptyPartitionState<State>()
      const recovery = { rules, partition, eventLog, logger, heartbeat: async () => stopping.signal.throwIfAborted() }
      await loadSnapshots(recovery, partitionState)
      await foldTail(recovery, partitionState)
      partitionState.snapshotCoverage.clear()
      forget(partitionState)
      // Another recovery ended before this one, and its state may have gone on: that one counts.
      const present = partitionStates.get(partition)
      if (present && present.eventsOffset >= partitionState.eventsOffset) return present.eventsOffset
      partitionStates.set(partition, partitionState)
      for (const [id, aggregate] of partitionState.aggregates) updateFor(id, aggregate)
      return partitionState.eventsOffset
    },
    take: (partition, records) => {
      const partitionState = partitionStates.get(partition)
      if (!partitionState) return
      const news = records.filter(({ offset }) => offset >= partitionState.eventsOffset)
      for (const record of news) foldRecord(rules, partitionState, record, `${commandsOf(rules.service)}/${partition}/`)
      partitionState.eventsOffset = (news.at(-1)?.offset ?? partitionState.eventsOffset - 1) + 1
      forget(partitionState)
      for (const id of new Set(news.map(({ key }) => String(key)))) {
        const aggregate = partitionState.aggregates.get(id)
        if (aggregate) updateFor(id, aggregate)
      }
    },
    stop: () => stopping.abort(),
  }
}
