import type { Command, Fact } from '../decider.ts'
import { backOff } from '../kafka/back-off.ts'
import { Fenced } from '../kafka/errors.ts'
import type { BatchControl, EventLog, LogRecord, OutgoingRecord, RecordBatch } from '../kafka/event-log.ts'
import type { Logger } from '../kafka/kafka-logger.ts'
import { type BatchDecision, decideBatch } from './decide-batch.ts'
import type { Rules } from './decide-command.ts'
import type { EventSourcingMetrics } from './event-sourcing-metrics.ts'
import { emptyMemory, foldRecord } from './fold-record.ts'
import { parkedRecord } from './parked-record.ts'
import { commandsOf, deadLettersOf, eventsOf } from './topic-names.ts'

export interface ProcessorOptions<State, C extends Command, Event extends Fact> {
  readonly rules: Rules<State, C, Event>
  readonly partition: number
  readonly eventLog: EventLog
  readonly logger: Logger
  readonly clock: () => Date
  readonly metrics: EventSourcingMetrics
  /** Between a failed transaction and the next attempt. */
  readonly pause?: (failures: number) => Promise<void>
}

/** The single writer of one partition of a service's events. */
export interface PartitionProcessor {
  /** Fences predecessors, then reads what they wrote. @returns the offset of the next command to decide */
  acquire(): Promise<number>
  /** Decides the commands that are still undecided. Throws when this member no longer holds the partition, or Kafka is away. */
  handle(batch: RecordBatch, control: BatchControl): Promise<void>
  stop(): Promise<void>
}

export function partitionProcessor<State, C extends Command, Event extends Fact>(
  options: ProcessorOptions<State, C, Event>,
): PartitionProcessor {
  const { rules, partition, eventLog, logger, clock, metrics, pause = backOff } = options
  const { service } = rules
  const topic = eventsOf(service)
  const writer = eventLog.transactional(`${service}-${partition}`)
  const memory = emptyMemory<State>()
  let acquired = false
  let last: Promise<unknown> = Promise.resolve()

  /** A rebalance may ask to acquire while a batch is being decided: one after the other. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work)
    last = result.catch(() => undefined)
    return result
  }

  const reportStrange = async (strange: readonly OutgoingRecord[]): Promise<void> => {
    if (strange.length === 0) return
    logger.error({ topic, partition, records: strange.length }, 'own events topic holds records that we did not write; parked')
    metrics.parked.inc(strange.length)
    await eventLog.produce(strange)
  }

  const parkStrange = (record: LogRecord, code: string, detail: string): OutgoingRecord =>
    parkedRecord(deadLettersOf(service), record, { service, code, detail, time: clock().toISOString() })

  const acquireNow = async (): Promise<void> => {
    acquired = false
    // First fence, then read: whatever the predecessor still committed lies before the end that we read to (W5, W7).
    await writer.fence()
    const commandsPartition = `${commandsOf(service)}/${partition}/`
    for await (const batch of eventLog.readPartitions([{ topic, partition, from: memory.eventsOffset }])) {
      const strange = batch.records.flatMap((record) => {
        const found = foldRecord(rules, memory, record, commandsPartition)
        return found ? [parkStrange(record, found.code, found.detail)] : []
      })
      memory.eventsOffset = batch.nextOffset
      await reportStrange(strange)
    }
    acquired = true
  }

  const remember = ({ changed, decided, parked }: BatchDecision<State>, commands: readonly LogRecord[], eventsOffset: number): void => {
    for (const [id, aggregate] of changed) memory.aggregates.set(id, aggregate)
    memory.eventsOffset = eventsOffset
    memory.commandsOffset = (commands[decided - 1]?.offset ?? memory.commandsOffset) + 1
    metrics.decided.inc(decided)
    metrics.parked.inc(parked)
    metrics.batchSize.observe(decided)
    if (parked > 0) logger.error({ topic: commandsOf(service), partition, parked }, 'commands parked')
  }

  const commitNext = async (commands: readonly LogRecord[]): Promise<void> => {
    const decision = decideBatch(rules, memory.aggregates, commands, clock().toISOString())
    const stopTimer = metrics.transactionSeconds.startTimer()
    const written = await writer.commit(decision.records)
    stopTimer()
    const events = written.find((range) => range.topic === topic && range.partition === partition)
    remember(decision, commands, events?.nextOffset ?? memory.eventsOffset)
  }

  const handleNow = async ({ records }: RecordBatch, control: BatchControl): Promise<void> => {
    if (!acquired) await acquireNow()
    let failures = 0
    for (;;) {
      const commands = records.filter(({ offset }) => offset >= memory.commandsOffset)
      if (commands.length === 0) return
      try {
        await commitNext(commands)
        failures = 0
      } catch (error) {
        acquired = false
        failures += 1
        logger.warn({ err: error, service, partition, failures }, 'transaction failed; fencing and reading what became of it')
        // Fenced by the rightful owner, or by one that only believes to be it: the group's coordinator knows.
        if (error instanceof Fenced) await control.assertMember()
        await pause(failures)
        await acquireNow()
      }
      await control.heartbeat()
    }
  }

  return {
    acquire: () =>
      inTurn(async () => {
        await acquireNow()
        return memory.commandsOffset
      }),
    handle: (batch, control) => inTurn(() => handleNow(batch, control)),
    stop: () => inTurn(() => writer.discard()),
  }
}
