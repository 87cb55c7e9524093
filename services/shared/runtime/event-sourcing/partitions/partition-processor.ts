import { backOff } from '../../kafka/back-off.ts'
import type { Logger } from '../../kafka/client/kafka-logger.ts'
import { type BatchControl, type EventLog, Fenced, type LogRecord, type OutgoingRecord, type RecordBatch } from '../../kafka/event-log.ts'
import { debugInTraceOf, inTraceOf } from '../../messaging/in-trace-of.ts'
import { commandsOf, eventsOf } from '../../messaging/topic-names.ts'
import { endingSpans, traceRecords } from '../../messaging/trace-records.ts'
import { scheduledCommand } from '../deadlines/scheduled-command.ts'
import { createScheduler } from '../deadlines/scheduler.ts'
import { type BatchDecision, decideBatch, maxCommands } from '../decide/decide-batch.ts'
import { decisionSpans, transactionSpans } from '../decide/decision-spans.ts'
import type { Rules } from '../decide/rules.ts'
import type { Command, DomainEvent } from '../decider.ts'
import type { EventSourcingMetrics } from '../event-sourcing-metrics.ts'
import { corruptEventTransactions } from '../quarantine/corrupt-events.ts'
import type { IdempotencyWindow } from '../recover/answered-commands.ts'
import { type DueSnapshots, dueSnapshots } from '../recover/due-snapshots.ts'
import { type Aggregate, emptyPartitionState, markDirty, noteSnapshotBytes } from '../recover/partition-state.ts'
import { checkCommands, foldTail, loadAnswered, loadSnapshots } from '../recover/recover.ts'

export interface ProcessorOptions<State, C extends Command, Event extends DomainEvent> {
  readonly rules: Rules<State, C, Event>
  readonly partition: number
  readonly eventLog: EventLog
  readonly logger: Logger
  readonly clock: () => Date
  readonly metrics: EventSourcingMetrics
  /** About as many events are read by a new owner beside the snapshots. */
  readonly snapshotInterval: number
  /** Commands that come again within it get the same answer; without it the decider decides every one. */
  readonly idempotencyWindow?: IdempotencyWindow | undefined
  /** What is to be noted beside the records of a transaction; nothing when left out. */
  /** Told the state of each aggregate before and after a transaction that has changed it; for measurements. */
  readonly onChanged?: ((before: State, after: State) => void) | undefined
  readonly note?: (records: readonly OutgoingRecord[]) => readonly OutgoingRecord[]
  /** Between a failed transaction and the next attempt. */
  readonly pause?: (failures: number, signal?: AbortSignal) => Promise<void>
}

/** The single writer of one partition of a service's events. */
export interface PartitionProcessor {
  /** Fences predecessors, then reads what they wrote. @returns the offset of the next command to decide */
  acquire(): Promise<number>
  /** Decides the commands that are still undecided. Throws when this member no longer holds the partition, or Kafka is away. */
  handle(batch: RecordBatch, control: BatchControl): Promise<void>
  stop(): Promise<void>
}

export function partitionProcessor<State, C extends Command, Event extends DomainEvent>(
  options: ProcessorOptions<State, C, Event>,
): PartitionProcessor {
  const { rules, partition, eventLog, logger, clock, metrics, snapshotInterval, idempotencyWindow } = options
  const { note = (records) => records, pause = backOff, onChanged } = options
  const { service } = rules
  const topic = eventsOf(service)
  const writer = eventLog.transactional(`${service}-${partition}`)
  const partitionState = emptyPartitionState<State>(idempotencyWindow)
  const stopping = new AbortController()
  const scheduler = createScheduler({
    clock,
    onFailure: (err, aggregateId, failures) =>
      logger.warn({ err, service, aggregateId, failures }, 'scheduled command could not be written, trying again'),
  })
  let quarantined = 0
  let loaded = false
  let acquired = false
  let last: Promise<unknown> = Promise.resolve()

  /** A rebalance may ask to acquire while a batch is being decided: one after the other. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work)
    last = result.catch(() => undefined)
    return result
  }

  const commit = async (records: readonly OutgoingRecord[]): Promise<void> => {
    const stopTimer = metrics.transactionSeconds.startTimer()
    const written = await writer.commit(note(records))
    stopTimer()
    partitionState.eventsOffset =
      written.find((range) => range.topic === topic && range.partition === partition)?.nextOffset ?? partitionState.eventsOffset
  }

  const quarantineCorruptEvents = async (): Promise<void> => {
    for (const { records, offsets } of corruptEventTransactions(service, partitionState.corruptEvents, clock().toISOString())) {
      await commit(records)
      for (const offset of offsets) partitionState.corruptEvents.delete(offset)
      metrics.parked.inc(offsets.length)
      logger.error(
        { topic, partition, offsets: offsets.slice(0, 10), records: offsets.length },
        'own events that cannot be understood; parked',
      )
    }
  }

  const scheduleDeadline = (aggregateId: string): void => {
    const aggregate = partitionState.aggregates.get(aggregateId)
    try {
      scheduler.set(aggregateId, aggregate && scheduledCommand(rules, aggregateId, aggregate, clock, eventLog.produce))
    } catch (err) {
      logger.error({ err, service, aggregateId }, 'the decider does not say what is due; the aggregate has no timer')
    }
  }

  /** @param change of how many commands of this partition wait in quarantine */
  const noteQuarantined = (change: number): void => {
    quarantined += change
    metrics.quarantinedCommands.inc(change)
  }

  const acquireNow = async (heartbeat: () => Promise<void>): Promise<void> => {
    // The next owner may have the partition already: it must not be fenced any more.
    stopping.signal.throwIfAborted()
    acquired = false
    // First fence, then read: whatever the predecessor still committed lies before the end that we read to (W5, W7).
    await writer.fence()
    const recovery = { rules, partition, eventLog, logger, heartbeat }
    if (!loaded) {
      await loadSnapshots(recovery, partitionState)
      await loadAnswered(recovery, partitionState)
    }
    loaded = true
    await foldTail(recovery, partitionState)
    partitionState.snapshotCoverage.clear()
    await checkCommands(recovery, partitionState)
    await quarantineCorruptEvents()
    if (rules.decider.deadline) for (const id of partitionState.aggregates.keys()) scheduleDeadline(id)
    noteQuarantined(quarantinedIn(partitionState.aggregates.values()) - quarantined)
    acquired = true
  }

  const logDecisions = (commands: readonly LogRecord[], { parked }: BatchDecision<State>): void => {
    for (const record of commands) {
      const { topic: from, offset, headers } = record
      debugInTraceOf(logger, record, { topic: from, partition, offset, type: headers.type?.toString() }, 'command decided')
    }
    for (const { record, ...why } of parked)
      inTraceOf(record, () => logger.error({ topic: record.topic, partition, offset: record.offset, ...why }, 'command parked'))
  }

  /** Where commands that come again were answered, as of a batch. */
  const answersAt = (time: string): Parameters<typeof decideBatch>[4] => {
    const { answered, eventsOffset } = partitionState
    if (!answered) return undefined
    return (command) => {
      const offset = answered.find(command, { offset: eventsOffset, time })
      return offset === undefined ? undefined : `${topic}/${partition}/${offset}`
    }
  }

  /** This owner alone writes the partition, so the records of a transaction lie one behind the other up to where it ended. */
  const noteAnswers = ({ records, answered }: BatchDecision<State>, time: string): void => {
    const first = partitionState.eventsOffset - records.filter((record) => record.topic === topic).length
    for (const { event, ...command } of answered) partitionState.answered?.note({ ...command, offset: first + event, time })
  }

  const remember = (decision: BatchDecision<State>, snapshots: DueSnapshots, before: number, commandsOffset: number): void => {
    const { changed, decided, parked } = decision
    for (const [id, bytes] of snapshots.saved) {
      partitionState.dirty.delete(id)
      noteSnapshotBytes(partitionState, id, bytes)
    }
    for (const [id, aggregate] of changed) {
      const earlier = partitionState.aggregates.get(id)
      noteQuarantined(quarantinedIn([aggregate]) - (earlier ? quarantinedIn([earlier]) : 0))
      onChanged?.(earlier?.state ?? rules.decider.initial, aggregate.state)
      partitionState.aggregates.set(id, aggregate)
      if (rules.decider.snapshot && !snapshots.saved.has(id)) markDirty(partitionState, id, before)
      if (rules.decider.deadline) scheduleDeadline(id)
    }
    partitionState.commandsOffset = commandsOffset
    metrics.decided.inc(decided)
    metrics.parked.inc(parked.length)
    metrics.batchSize.observe(decided)
  }

  const commitNext = async (waiting: readonly LogRecord[]): Promise<void> => {
    const { records: commands, spans } = traceRecords('decide', waiting.slice(0, maxCommands))
    const time = clock().toISOString()
    const decision = decideBatch(rules, partitionState.aggregates, commands, time, answersAt(time))
    const decisions = decisionSpans(topic, commands, decision, spans)
    const commandsOffset = (commands[decision.decided - 1]?.offset ?? partitionState.commandsOffset) + 1
    const terms = { changed: decision.changed, commandsOffset, interval: snapshotInterval }
    const snapshots = dueSnapshots(rules, partition, partitionState, terms)
    const before = partitionState.eventsOffset
    await endingSpans(decisions, () =>
      endingSpans(transactionSpans(topic, decision, decisions), () => commit([...decision.records, ...snapshots.records])),
    )
    remember(decision, snapshots, before, commandsOffset)
    noteAnswers(decision, time)
    logDecisions(commands.slice(0, decision.decided), decision)
  }

  const handleNow = async ({ records }: RecordBatch, control: BatchControl): Promise<void> => {
    // A partition that was given up is decided by its next owner.
    if (stopping.signal.aborted) return
    if (!acquired) await acquireNow(control.heartbeat)
    const [next] = records
    if (next && next.offset > partitionState.commandsOffset) {
      const [from, to] = [partitionState.commandsOffset, next.offset - 1]
      logger.error({ topic: commandsOf(service), partition, from, to }, 'commands were removed before they were decided')
    }
    let failures = 0
    for (;;) {
      const commands = records.filter(({ offset }) => offset >= partitionState.commandsOffset)
      if (commands.length === 0 || stopping.signal.aborted) return
      try {
        await commitNext(commands)
        failures = 0
      } catch (error) {
        acquired = false
        failures += 1
        logger.warn({ err: error, service, partition, failures }, 'transaction failed; fencing and reading what became of it')
        // Fenced by the rightful owner, or by one that only believes to be it: the group's coordinator knows.
        if (error instanceof Fenced) await control.assertMember()
        await pause(failures, stopping.signal)
        if (stopping.signal.aborted) return
        await acquireNow(control.heartbeat)
      }
      await control.heartbeat()
    }
  }

  return {
    acquire: () =>
      inTurn(async () => {
        await acquireNow(async () => stopping.signal.throwIfAborted())
        return partitionState.commandsOffset
      }),
    handle: (batch, control) => inTurn(() => handleNow(batch, control)),
    stop: () => {
      stopping.abort()
      scheduler.stop()
      return inTurn(async () => {
        noteQuarantined(-quarantined)
        await writer.discard()
      })
    },
  }
}

/** Commands that wait in quarantine. */
function quarantinedIn(aggregates: Iterable<Aggregate<unknown>>): number {
  let waiting = 0
  for (const { quarantine } of aggregates) waiting += quarantine?.waiting.size ?? 0
  return waiting
}
