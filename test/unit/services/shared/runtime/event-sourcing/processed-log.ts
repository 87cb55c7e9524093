import { vi } from 'vitest'
import { discardHeader } from '../../../../../../services/shared/runtime/event-sourcing/decide/decode-command.ts'
import type { Decider } from '../../../../../../services/shared/runtime/event-sourcing/decider.ts'
import { eventSourcingMetrics } from '../../../../../../services/shared/runtime/event-sourcing/event-sourcing-metrics.ts'
import { partitionProcessor } from '../../../../../../services/shared/runtime/event-sourcing/partitions/partition-processor.ts'
import type { IdempotencyWindow } from '../../../../../../services/shared/runtime/event-sourcing/recover/answered-commands.ts'
import type { Logger } from '../../../../../../services/shared/runtime/kafka/client/kafka-logger.ts'
import type { LogRecord } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import {
  type DataCheck,
  decodeRecord,
  encodeRecord,
  isDecodeFailure,
  type RecordedEvent,
} from '../../../../../../services/shared/runtime/messaging/record-codec.ts'
import type { SchemaVersions } from '../../../../../../services/shared/runtime/messaging/schema-versions.ts'
import {
  type CommitFate,
  type InMemoryEventLog,
  inMemoryEventLog,
} from '../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { type Account, accountDecider, accountRules, type Deposit, type Deposited } from './toy-account.ts'

export const time = '2026-01-01T00:00:00.000Z'
export const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** What may be different about the next owner of the partition. */
export interface OwnerOptions {
  /** Its decider can stand what poisoned its predecessor. */
  readonly repaired?: boolean
  /** Its decider does not know repeated commands. */
  readonly forgetful?: boolean
  readonly decider?: Partial<Decider<Account, Deposit, Deposited, 'NEGATIVE'>>
  readonly checkEvent?: DataCheck
  readonly versions?: SchemaVersions
  /** Where a key is decided; in partition 0, unless said otherwise. */
  readonly homeOf?: (key: string) => number
  readonly snapshotInterval?: number
  readonly idempotencyWindow?: IdempotencyWindow
  readonly clock?: () => Date
  readonly logger?: Logger
}

/** Id, aggregate, ref and cents of a deposit. */
export type Given = readonly [id: string, aggregateId: string, ref: string, cents: number]

/** Partition 0 of the account service over a log in memory: one owner after the other. */
export function processedLog(initially: OwnerOptions = {}, fates?: Iterator<CommitFate>) {
  const eventLog: InMemoryEventLog = inMemoryEventLog(fates)
  const owners = (options: OwnerOptions) => {
    const {
      repaired = false,
      forgetful = false,
      snapshotInterval = 1000,
      idempotencyWindow,
      clock = () => new Date(time),
      decider = {},
      logger = quiet,
      ...rules
    } = options
    const sound = accountDecider('toy')
    const decide: typeof sound.decide = (command, state) => {
      const fresh = forgetful ? { ...state, refs: [] } : state
      const { data } = command
      return repaired && data.cents === 666 ? [{ type: 'toy.Deposited', data }] : sound.decide(command, fresh)
    }
    return partitionProcessor({
      rules: { ...accountRules('toy'), ...rules, decider: { ...sound, decide, ...decider } },
      partition: 0,
      eventLog,
      logger,
      clock,
      metrics: eventSourcingMetrics('toy'),
      snapshotInterval,
      idempotencyWindow,
      pause: async () => undefined,
    })
  }
  let owner = owners(initially)
  let next: Promise<number> | undefined

  /** Hands over what lies in the commands from where the owner wants to go on. */
  const process = async (): Promise<void> => {
    next ??= owner.acquire()
    const from = await next
    const records = eventLog.read('toy.commands').slice(from)
    const control = { heartbeat: async () => undefined, assertMember: async () => undefined }
    await owner.handle({ topic: 'toy.commands', partition: 0, records, nextOffset: from + records.length }, control)
  }
  const decoded = (topic: string): RecordedEvent[] =>
    eventLog
      .read(topic)
      .map(decodeRecord)
      .filter((event): event is RecordedEvent => !isDecodeFailure(event))

  const giveRecord = async (record: Partial<LogRecord>): Promise<void> => {
    await eventLog.produce([{ topic: 'toy.commands', key: 'alice', value: '{}', headers: {}, ...record, partition: 0 }])
    await process()
  }

  return {
    eventLog,
    process,
    giveRecord,
    /** With fake timers: lets time pass, a second at a time, and hands over what timers write meanwhile, as Kafka does. */
    pass: async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second += 1) {
        await vi.advanceTimersByTimeAsync(1000)
        await process()
      }
    },
    /** A command that was put aside is given up. */
    discard: async (id: string, aggregateId: string): Promise<void> => {
      const origin = { causationId: id, correlationId: id, time }
      const headers = { id, type: 'Deposit', schemaVersion: '1', version: '0', ...origin, [discardHeader]: 'typo' }
      const texts = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]))
      await giveRecord({ key: Buffer.from(aggregateId), headers: texts })
    },
    give: async (...commands: readonly Given[]): Promise<void> => {
      for (const [id, aggregateId, ref, cents] of commands) {
        const envelope = { id, type: 'Deposit', schemaVersion: 1, aggregateId, version: 0, causationId: id, correlationId: id, time }
        await eventLog.produce([encodeRecord('toy.commands', envelope, { ref, cents }, 0)])
      }
      await process()
    },
    restart: (options: OwnerOptions = {}): void => {
      owner = owners(options)
      next = undefined
    },
    stop: () => owner.stop(),
    events: () => decoded('toy.events'),
    commands: () => decoded('toy.commands'),
    deadLetters: (): readonly LogRecord[] => eventLog.read('toy.dlq'),
    snapshots: (): readonly LogRecord[] => eventLog.read('toy.snapshots'),
  }
}

export type ProcessedLog = ReturnType<typeof processedLog>
