import { setTimeout as pause } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import { patchIdleTimers } from '../../../services/shared/runtime/kafka/client/kafkajs-patches.ts'

/**
 * Waits until a broker answers as a member of its cluster; its port opens a little before that.
 * @param signal ends the waiting
 * @throws the signal's reason, or Error after `timeoutMs`
 */
export async function brokersAnswer(brokers: string, timeoutMs: number, signal?: AbortSignal): Promise<void> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    signal?.throwIfAborted()
    if (await answers(brokers)) return
    if (performance.now() > deadline) throw new Error(`Kafka on ${brokers} did not answer within ${timeoutMs / 1000} s.`)
    await pause(100)
  }
}

async function answers(brokers: string): Promise<boolean> {
  patchIdleTimers()
  const kafka = new Kafka({
    clientId: 'readiness',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    retry: { retries: 0 },
  })
  const admin = kafka.admin()
  try {
    await admin.connect()
    return (await admin.describeCluster()).brokers.length > 0
  } catch {
    return false
  } finally {
    await admin.disconnect()
  }
}
