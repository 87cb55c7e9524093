import { createHook } from 'node:async_hooks'
import { setTimeout } from 'node:timers/promises'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { expect, inject, test } from 'vitest'
import { patchIdleTimers } from '../../../../../../services/shared/runtime/kafka/client/kafkajs-patches.ts'

/** Timers that an idle connection arms in half a second, and what Node says of them. */
async function idleTimers(): Promise<{ timers: number; warnings: string[] }> {
  const producer = new Kafka({ brokers: [inject('brokers')], logLevel: logLevel.NOTHING }).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  const warnings: string[] = []
  const warn = ({ name }: Error): unknown => warnings.push(name)
  process.on('warning', warn)
  await producer.connect()
  let timers = 0
  const hook = createHook({
    init: (_, type) => {
      if (type === 'Timeout') timers += 1
    },
  }).enable()
  await setTimeout(500)
  hook.disable()
  await producer.disconnect()
  process.off('warning', warn)
  return { timers, warnings }
}

test('W1: an idle connection arms no timers; unpatched kafkajs arms hundreds a second', async () => {
  const restore = patchIdleTimers()
  const patched = await idleTimers()
  restore()
  const unpatched = await idleTimers()
  expect(patched.timers).toBeLessThan(10)
  expect(patched.warnings).not.toContain('TimeoutNegativeWarning')
  expect(unpatched.timers).toBeGreaterThan(100)
})
