import { type Consumer, Kafka } from 'kafkajs'
import { expect, test, vi } from 'vitest'
import type { SubscribeOptions } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import { subscribe } from '../../../../../../services/shared/runtime/kafka/subscription.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
type Listener = (event: { payload: unknown }) => void

/** Consumers that do nothing until the test lets them crash or join. */
function fakeKafka() {
  const built: { emit: (event: string, payload: unknown) => void; calls: string[] }[] = []
  const kafka = new Kafka({ brokers: ['nowhere:1'] })
  vi.spyOn(kafka, 'consumer').mockImplementation(() => {
    const listeners = new Map<string, Listener>()
    const calls: string[] = []
    const note = (name: string) => (argument?: unknown) => void calls.push(argument ? `${name} ${JSON.stringify(argument)}` : name)
    built.push({ emit: (event, payload) => listeners.get(event)?.({ payload }), calls })
    const consumer: Partial<Record<keyof Consumer, unknown>> = {
      on: (event: string, listener: Listener) => listeners.set(event, listener),
      connect: async () => undefined,
      subscribe: async () => undefined,
      run: async () => undefined,
      disconnect: async () => note('disconnect')(),
      pause: note('pause'),
      seek: note('seek'),
      resume: note('resume'),
    }
    return consumer as unknown as Consumer
  })
  return { kafka, built }
}

const options: SubscribeOptions = { group: 'g', topics: ['t'], onBatch: async () => undefined }

test('W11: a consumer that crashed is built anew, whatever kafkajs would do', async () => {
  const { kafka, built } = fakeKafka()
  const subscription = subscribe(kafka, options, quiet, () => undefined)
  await vi.waitFor(() => expect(built).toHaveLength(1))
  built[0]?.emit('consumer.crash', { error: new Error('not retriable'), restart: false })
  await vi.waitFor(() => expect(built).toHaveLength(2))
  expect(built[0]?.calls).toEqual(['disconnect'])
  await subscription.stop()
  expect(built[1]?.calls).toEqual(['disconnect'])
})

test('W7: assigned partitions are paused at once and delivered from where their owner says, until a newer assignment', async () => {
  const { kafka, built } = fakeKafka()
  const deliver: ((offset: number) => void)[] = []
  const onAssigned: SubscribeOptions['onAssigned'] = ({ deliverFrom }) =>
    void deliver.push((at) => deliverFrom({ topic: 't', partition: 1 }, at))
  const subscription = subscribe(kafka, { ...options, onAssigned }, quiet, () => undefined)
  await vi.waitFor(() => expect(built).toHaveLength(1))
  const join = () => built[0]?.emit('consumer.group_join', { memberAssignment: { t: [1] } })
  join()
  expect(built[0]?.calls).toEqual(['pause [{"topic":"t","partitions":[1]}]'])
  join()
  deliver[0]?.(7)
  expect(built[0]?.calls).toHaveLength(2)
  deliver[1]?.(8)
  expect(built[0]?.calls.slice(2)).toEqual(['seek {"topic":"t","partition":1,"offset":"8"}', 'resume [{"topic":"t","partitions":[1]}]'])
  await subscription.stop()
})
