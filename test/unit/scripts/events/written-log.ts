import { type GivenCommand, type SimulatedLogOptions, simulatedLog } from '../../../../scripts/events/simulated/simulated-log.ts'
import type { LogRecord } from '../../../../services/shared/runtime/kafka/event-log.ts'

/** A command that came from outside. */
export type Given = Pick<GivenCommand, 'service' | 'id' | 'aggregateId' | 'command'>

/** As the services do it: what belongs to an order carries its id. */
const correlationOf = ({ service, aggregateId, id }: Given): string => (service === 'orders' ? aggregateId : id)

const at = Date.parse('2026-01-02T03:04:05.000Z')

/** What a shop that works writes when it is given commands; by default one saga after the other and with one partition a topic. */
export function writtenLog(given: readonly Given[], options: Partial<SimulatedLogOptions> = {}): LogRecord[] {
  const log: LogRecord[] = []
  const commands = given.map((command) => ({ ...command, correlationId: correlationOf(command), at }))
  for (const { topic, partition, key, value, headers } of simulatedLog(commands, { partitions: 1, ...options })) {
    log.push({
      topic,
      partition,
      offset: log.filter((one) => one.topic === topic && one.partition === partition).length,
      key: Buffer.from(key ?? ''),
      value: Buffer.from(value ?? ''),
      headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
    })
  }
  return log
}
