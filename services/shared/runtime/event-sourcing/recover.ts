import type { Command, Fact } from '../decider.ts'
import type { EventLog } from '../kafka/event-log.ts'
import type { Logger } from '../kafka/kafka-logger.ts'
import type { Rules } from './decide-command.ts'
import { foldRecord } from './fold-record.ts'
import type { Memory } from './memory.ts'
import { snapshotReader } from './snapshot-record.ts'
import { commandsOf, eventsOf, snapshotsOf } from './topic-names.ts'

export interface RecoverOptions<State, C extends Command, Event extends Fact> {
  readonly rules: Rules<State, C, Event>
  readonly partition: number
  readonly eventLog: EventLog
  readonly logger: Logger
  /** Called between the steps; what it throws ends the recovery, which may be continued later. */
  readonly heartbeat: () => Promise<void>
}

/**
 * Fills an empty memory with the newest snapshot of each aggregate, and sets it to the first event that any of them lacks.
 * After a snapshot that cannot be used, that is the first event of all; the snapshots that can be used still count.
 */
export async function loadSnapshots<State, C extends Command, Event extends Fact>(
  { rules, partition, eventLog, logger, heartbeat }: RecoverOptions<State, C, Event>,
  memory: Memory<State>,
): Promise<void> {
  const format = rules.decider.snapshot
  if (!format) return
  const topic = snapshotsOf(rules.service)
  const read = snapshotReader(format)
  const unusable = new Map<string, string>()
  let recoverFrom = 0
  let furthest = 0
  for await (const batch of eventLog.readPartitions([{ topic, partition, from: 0 }])) {
    for (const record of batch.records) {
      const id = String(record.key)
      unusable.delete(id)
      const snapshot = record.value === null ? 'removed' : read(record)
      if (typeof snapshot === 'string') {
        memory.aggregates.delete(id)
        memory.covered.delete(id)
        if (record.value !== null) unusable.set(id, snapshot)
        continue
      }
      memory.aggregates.set(id, snapshot.aggregate)
      memory.covered.set(id, snapshot.position.commandsOffset)
      memory.commandsOffset = Math.max(memory.commandsOffset, snapshot.position.commandsOffset)
      recoverFrom = snapshot.position.recoverFrom
      furthest = Math.max(furthest, recoverFrom)
    }
    await heartbeat()
  }
  if (furthest > (await endOf(eventLog, eventsOf(rules.service), partition))) {
    for (const id of memory.aggregates.keys()) unusable.set(id, 'it knows more than the events: these were lost, or are others')
    memory.aggregates.clear()
    memory.covered.clear()
    memory.commandsOffset = 0
  }
  for (const id of unusable.keys()) memory.unsaved.set(id, 0)
  memory.eventsOffset = unusable.size > 0 ? 0 : recoverFrom
  const [example] = unusable
  if (example) logger.warn({ topic, partition, unusable: unusable.size, example }, 'snapshots not used; reading all events instead')
}

/** Reads the events partition from where the memory ends. */
export async function foldTail<State, C extends Command, Event extends Fact>(
  { rules, partition, eventLog, heartbeat }: RecoverOptions<State, C, Event>,
  memory: Memory<State>,
): Promise<void> {
  const commandsPartition = `${commandsOf(rules.service)}/${partition}/`
  const from = memory.eventsOffset
  for await (const batch of eventLog.readPartitions([{ topic: eventsOf(rules.service), partition, from }])) {
    for (const record of batch.records) foldRecord(rules, memory, record, commandsPartition)
    memory.eventsOffset = batch.nextOffset
    await heartbeat()
  }
}

/**
 * Holds the commands against what the events answer.
 * @throws when they end before that: the topic was made anew, and what it takes now would be passed over as if it were answered
 */
export async function checkCommands<State, C extends Command, Event extends Fact>(
  { rules, partition, eventLog }: Pick<RecoverOptions<State, C, Event>, 'rules' | 'partition' | 'eventLog'>,
  { commandsOffset }: Memory<State>,
): Promise<void> {
  const topic = commandsOf(rules.service)
  const end = await endOf(eventLog, topic, partition)
  if (end < commandsOffset)
    throw new Error(`${topic}/${partition} ends at ${end}, but is answered up to ${commandsOffset}: commands were lost`)
}

const endOf = async (eventLog: EventLog, topic: string, partition: number): Promise<number> =>
  (await eventLog.endOffsets(topic)).get(partition) ?? 0
