import type { Logger } from '../../kafka/client/kafka-logger.ts'
import type { EventLog, LogRecord } from '../../kafka/event-log.ts'
import { decodeEnvelope, isDecodeFailure } from '../../messaging/record-codec.ts'
import { commandsOf, eventsOf, snapshotsOf } from '../../messaging/topic-names.ts'
import type { Rules } from '../decide/rules.ts'
import type { Command, DomainEvent } from '../decider.ts'
import { chunkJoiner } from './chunking.ts'
import { foldRecord, noteAnswer } from './fold-record.ts'
import { isLarge, noteSnapshotBytes, type PartitionState } from './partition-state.ts'
import { snapshotReader } from './snapshot-record.ts'

export interface RecoverOptions<State, C extends Command, Event extends DomainEvent> {
  readonly rules: Rules<State, C, Event>
  readonly partition: number
  readonly eventLog: EventLog
  readonly logger: Logger
  /** Called between the steps; what it throws ends the recovery, which may be continued later. */
  readonly heartbeat: () => Promise<void>
}

/**
 * Fills an empty state with the newest snapshot of each aggregate, and sets it to the first event that any of them lacks.
 * After a snapshot that cannot be used, that is the first event of all; the snapshots that can be used still count.
 */
export async function loadSnapshots<State, C extends Command, Event extends DomainEvent>(
  { rules, partition, eventLog, logger, heartbeat }: RecoverOptions<State, C, Event>,
  partitionState: PartitionState<State>,
): Promise<void> {
  const format = rules.decider.snapshot
  if (!format) return
  const topic = snapshotsOf(rules.service)
  const read = snapshotReader(format)
  const join = chunkJoiner()
  const unusable = new Map<string, string>()
  const deferred = new Map<string, { readonly record: LogRecord; readonly at: number }>()
  let recoverFrom = 0
  let furthest = 0
  let newest = -1

  const take = (id: string, record: LogRecord | string, at: number): void => {
    unusable.delete(id)
    const snapshot = typeof record === 'string' ? record : record.value === null ? undefined : read(record)
    if (snapshot === undefined || typeof snapshot === 'string') {
      partitionState.aggregates.delete(id)
      partitionState.snapshotCoverage.delete(id)
      if (snapshot !== undefined) unusable.set(id, snapshot)
      return
    }
    const { aggregate, position, bytes } = snapshot
    partitionState.aggregates.set(id, aggregate)
    partitionState.snapshotCoverage.set(id, position.commandsOffset)
    noteSnapshotBytes(partitionState, id, bytes)
    partitionState.commandsOffset = Math.max(partitionState.commandsOffset, position.commandsOffset)
    furthest = Math.max(furthest, position.recoverFrom)
    if (at < newest) return
    newest = at
    recoverFrom = position.recoverFrom
  }

  for await (const batch of eventLog.readPartitions([{ topic, partition, from: 0 }])) {
    for (const part of batch.records) {
      const record = join(part)
      if (record === undefined) continue
      const id = String(part.key)
      deferred.delete(id)
      // Of a large one only the last is parsed: compaction leaves some megabytes of earlier ones.
      if (typeof record !== 'string' && isLarge(record.value?.length ?? 0)) deferred.set(id, { record, at: part.offset })
      else take(id, record, part.offset)
    }
    await heartbeat()
  }
  for (const [id, { record, at }] of deferred) take(id, record, at)
  if (furthest > (await endOf(eventLog, eventsOf(rules.service), partition))) {
    for (const id of partitionState.aggregates.keys()) unusable.set(id, 'it knows more than the events: these were lost, or are others')
    partitionState.aggregates.clear()
    partitionState.snapshotCoverage.clear()
    partitionState.commandsOffset = 0
  }
  for (const id of unusable.keys()) partitionState.dirty.set(id, 0)
  partitionState.eventsOffset = unusable.size > 0 ? 0 : recoverFrom
  const [example] = unusable
  if (example) logger.warn({ topic, partition, unusable: unusable.size, example }, 'snapshots not used; reading all events instead')
}

/** Reads which commands were answered lately, as far as the events say so from before where the state ends: snapshots do not know it. */
export async function loadAnswered<State, C extends Command, Event extends DomainEvent>(
  { rules, partition, eventLog, heartbeat }: RecoverOptions<State, C, Event>,
  { answered, eventsOffset }: Pick<PartitionState<State>, 'answered' | 'eventsOffset'>,
): Promise<void> {
  if (!answered) return
  const topic = eventsOf(rules.service)
  const from = Math.max(0, (await endOf(eventLog, topic, partition)) - answered.window.offsets)
  if (from >= eventsOffset) return
  for await (const { records, nextOffset } of eventLog.readPartitions([{ topic, partition, from }])) {
    for (const record of records) {
      const envelope = decodeEnvelope(record)
      if (record.offset < eventsOffset && !isDecodeFailure(envelope)) noteAnswer(rules.service, { answered }, envelope, record)
    }
    if (nextOffset >= eventsOffset) return
    await heartbeat()
  }
}

/** Reads the events partition from where the state ends. */
export async function foldTail<State, C extends Command, Event extends DomainEvent>(
  { rules, partition, eventLog, heartbeat }: RecoverOptions<State, C, Event>,
  partitionState: PartitionState<State>,
): Promise<void> {
  const commandsPartition = `${commandsOf(rules.service)}/${partition}/`
  const from = partitionState.eventsOffset
  for await (const batch of eventLog.readPartitions([{ topic: eventsOf(rules.service), partition, from }])) {
    for (const record of batch.records) foldRecord(rules, partitionState, record, commandsPartition)
    partitionState.eventsOffset = batch.nextOffset
    await heartbeat()
  }
}

/**
 * Holds the commands against what the events answer.
 * @throws when they end before that: the topic was made anew, and what it takes now would be passed over as if it were answered
 */
export async function checkCommands<State, C extends Command, Event extends DomainEvent>(
  { rules, partition, eventLog }: Pick<RecoverOptions<State, C, Event>, 'rules' | 'partition' | 'eventLog'>,
  { commandsOffset }: PartitionState<State>,
): Promise<void> {
  const topic = commandsOf(rules.service)
  const end = await endOf(eventLog, topic, partition)
  if (end < commandsOffset)
    throw new Error(
      `${topic}/${partition} ends at ${end}, but is answered up to ${commandsOffset}: it was made anew; npx breakwater events commands`,
    )
}

const endOf = async (eventLog: EventLog, topic: string, partition: number): Promise<number> =>
  (await eventLog.endOffsets(topic)).get(partition) ?? 0
