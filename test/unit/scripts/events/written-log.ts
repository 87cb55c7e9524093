import { type GivenCommand, simulatedLog } from '../../../../scripts/events/simulated/simulated-log.ts'
import type { LogRecord } from '../../../../services/shared/runtime/kafka/event-log.ts'

/** A command that came from outside. */
export type Given = Pick<GivenCommand, 'service' | 'id' | 'aggregateId' | 'command'>

const at = Date.parse('2026-01-02T03:04:05.000Z')

/**
 * What a shop that works writes when it is given commands, with one partition a topic: the true log that tests then falsify.
 * @param underWay commands that wait while the next one is given; without, one saga ends before the next command
 */
export function writtenLog(given: readonly Given[], underWay = 0): LogRecord[] {
  const log: LogRecord[] = []
  const commands = given.map((command) => ({ ...command, correlationId: command.id, at }))
  for (const { topic, partition, key, value, headers } of simulatedLog(commands, { partitions: 1, underWay })) {
    log.push({
      topic,
      partition,
      offset: log.filter((one) => one.topic === topic).length,
      key: Buffer.from(key ?? ''),
      value: Buffer.from(value ?? ''),
      headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
    })
  }
  return log
}
