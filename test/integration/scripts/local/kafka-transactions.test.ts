import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dockerClosed } from '../../../../scripts/local/tools/docker.ts'
import { ensureKafka } from '../../../../scripts/local/tools/kafka.ts'
import { startKafka } from '../../../../scripts/local/tools/start-kafka.ts'
import { patchIdleTimers } from '../../../../services/shared/runtime/kafka/client/kafkajs-patches.ts'

let directory = ''
beforeAll(async () => {
  patchIdleTimers()
  directory = await mkdtemp(join(tmpdir(), 'breakwater-test-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

/** A broker checks a transaction by asking its coordinator over the network, which in a container is not where clients find it. */
async function commits(brokers: string): Promise<boolean> {
  const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50, retries: 10 } })
  const admin = kafka.admin()
  const producer = kafka.producer({ transactionalId: 'test', idempotent: true, maxInFlightRequests: 1 })
  try {
    await Promise.all([admin.connect(), producer.connect()])
    await admin.createTopics({ topics: [{ topic: 'facts', numPartitions: 2 }] })
    const transaction = await producer.transaction()
    await transaction.send({ topic: 'facts', messages: [{ key: 'a', value: '1' }] })
    await transaction.commit()
    return true
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()])
  }
}

const closedWays: Readonly<Record<string, string | undefined>> = { docker: await dockerClosed() }

for (const way of ['maven', 'docker']) {
  test.skipIf(closedWays[way])(`a broker by ${way} commits a transaction`, { timeout: 150_000 }, async () => {
    const kafka = await ensureKafka({ env: { ...process.env, BREAKWATER_KAFKA: way } })
    const place = { dataDir: join(directory, way), logFile: join(directory, `${way}.log`), kafka }
    const broker = await startKafka(place)
    try {
      await expect(commits(broker.brokers)).resolves.toBe(true)
    } finally {
      await broker.stop()
      await broker.purge()
    }
  })
}
