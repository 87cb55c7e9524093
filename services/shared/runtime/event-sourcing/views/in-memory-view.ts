import type { Logger } from '../../kafka/client/kafka-logger.ts'
import type { EventLog, LogRecord } from '../../kafka/event-log.ts'
import { commandsOf } from '../../messaging/topic-names.ts'
import type { Rules } from '../decide/decide-command.ts'
import type { Command, Fact } from '../decider.ts'
import { foldRecord } from '../recover/fold-record.ts'
import { type Aggregate, emptyMemory, type Memory } from '../recover/partition-state.ts'
import { foldTail, loadSnapshots } from '../recover/recover.ts'

/** Told the state of every aggregate there is, and again whenever one changes; each aggregate's states in order. */
export type Show<State> = (aggregateId: string, state: State) => void

export interface StateView {
  /** Begins a partition with its snapshots and the events since. @returns the offset of the first event that is still to be taken */
  recover(partition: number): Promise<number>
  /** The next records of a partition; those that were taken before change nothing. */
  take(partition: number, records: readonly LogRecord[]): void
  stop(): void
}

interface StateViewOptions<State, C extends Command, Event extends Fact> {
  readonly rules: Rules<State, C, Event>
  readonly eventLog: EventLog
  readonly show: Show<State>
  readonly logger: Logger
}

/** Folds a service's own events on a replica, whoever decides them: what an owner knows, of all partitions. */
export function stateView<State, C extends Command, Event extends Fact>(options: StateViewOptions<State, C, Event>): StateView {
  const { rules, eventLog, show, logger } = options
  const memories = new Map<number, Memory<State>>()
  const stopping = new AbortController()

  const tell = (aggregateId: string, { state }: Aggregate<State>): void => {
    try {
      show(aggregateId, state)
    } catch (err) {
      logger.error({ err, service: rules.service, aggregateId }, 'aggregate left out of the view')
    }
  }

  /** What only owners act upon: they save snapshots, and put strange records aside. */
  const forget = ({ unsaved, strange }: Memory<State>): void => {
    for (const { record, why } of strange.values()) {
      const { topic, partition, offset } = record
      logger.error({ topic, partition, offset, ...why }, 'own event left out of the view')
    }
    strange.clear()
    unsaved.clear()
  }

  return {
    recover: async (partition) => {
      const memory = emptyMemory<State>()
      const recovery = { rules, partition, eventLog, logger, heartbeat: async () => stopping.signal.throwIfAborted() }
      await loadSnapshots(recovery, memory)
      await foldTail(recovery, memory)
      memory.covered.clear()
      forget(memory)
      // Another recovery ended before this one, and its memory may have gone on: that one counts.
      const present = memories.get(partition)
      if (present && present.eventsOffset >= memory.eventsOffset) return present.eventsOffset
      memories.set(partition, memory)
      for (const [id, aggregate] of memory.aggregates) tell(id, aggregate)
      return memory.eventsOffset
    },
    take: (partition, records) => {
      const memory = memories.get(partition)
      if (!memory) return
      const news = records.filter(({ offset }) => offset >= memory.eventsOffset)
      for (const record of news) foldRecord(rules, memory, record, `${commandsOf(rules.service)}/${partition}/`)
      memory.eventsOffset = (news.at(-1)?.offset ?? memory.eventsOffset - 1) + 1
      forget(memory)
      for (const id of new Set(news.map(({ key }) => String(key)))) {
        const aggregate = memory.aggregates.get(id)
        if (aggregate) tell(id, aggregate)
      }
    },
    stop: () => stopping.abort(),
  }
}
