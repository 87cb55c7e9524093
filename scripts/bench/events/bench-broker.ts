import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { backOff } from '../../../services/shared/runtime/kafka/back-off.ts'
import { connectEventLog } from '../../../services/shared/runtime/kafka/connect-event-log.ts'
import type { EventLog } from '../../../services/shared/runtime/kafka/event-log.ts'
import { eventsTopics } from '../../events/log/shop-log.ts'
import { createTopics } from '../../local/supervisor/create-topics.ts'
import { startKafka } from '../../local/tools/start-kafka.ts'

/** A broker that nobody else uses. */
export interface BenchBroker {
  readonly brokers: string
  readonly eventLog: EventLog
  /** Makes topics with one partition each. */
  createTopics(...names: readonly string[]): Promise<void>
  /** Makes the topics of the shop. */
  createShopTopics(): Promise<void>
  stop(): Promise<void>
}

const attempts = 8
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

export async function startBenchBroker(): Promise<BenchBroker> {
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-bench-'))
  const kafka = await startKafka({ dataDir: join(directory, 'data'), logFile: join(directory, 'kafka.log') })
  const eventLog = connectEventLog({ brokers: kafka.brokers.split(','), clientId: 'bench', logger: silent })
  return {
    brokers: kafka.brokers,
    eventLog,
    createTopics: async (...names) => {
      const admin = new Kafka({ brokers: kafka.brokers.split(','), logLevel: logLevel.NOTHING }).admin()
      await admin.connect()
      await admin.createTopics({ topics: names.map((topic) => ({ topic, numPartitions: 1 })), waitForLeaders: true })
      await admin.disconnect()
      await led(eventLog, names)
    },
    createShopTopics: async () => {
      await createTopics(kafka.brokers)
      await led(eventLog, eventsTopics)
    },
    stop: async () => {
      await eventLog.close()
      await kafka.stop()
      await kafka.purge()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** A new topic's leader is known to the controller a little earlier than to itself. */
async function led(eventLog: EventLog, topics: readonly string[]): Promise<void> {
  for (const topic of topics) {
    for (let failures = 1; failures <= attempts; failures += 1) {
      try {
        await eventLog.endOffsets(topic)
        break
      } catch (error) {
        if (failures === attempts) throw error
        await backOff(failures)
      }
    }
  }
}
