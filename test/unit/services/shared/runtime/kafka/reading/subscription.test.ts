import { type Consumer, type ConsumerRunConfig, type EachBatchPayload, Kafka } from 'kafkajs'
import { expect, test, vi } from 'vitest'
import type { SubscribeOptions } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import { subscribe } from '../../../../../../../services/shared/runtime/kafka/reading/subscription.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
type Listener = (event: { payload: unknown }) => void

interface FakeConsumer {
  readonly emit: (event: string, payload: unknown) => void
  readonly calls: string[]
  /** As kafkajs does with what one fetch brought of a partition. */
  deliver?: (payload: EachBatchPayload) => Promise<void>
}

/** Consumers that do nothing until the test lets them crash or join. */
function fakeKafka() {
  const built: FakeConsumer[] = []
  const sever = vi.fn()
  const kafka = new Kafka({ brokers: ['nowhere:1'] })
  vi.spyOn(kafka, 'consumer').mockImplementation(() => {
    const listeners = new Map<string, Listener>()
    const calls: string[] = []
    const note = (name: string) => (argument?: unknown) => void calls.push(argument ? `${name} ${JSON.stringify(argument)}` : name)
    const fake: FakeConsumer = { emit: (event, payload) => listeners.get(event)?.({ payload }), calls }
    built.push(fake)
    const consumer: Partial<Record<keyof Consumer, unknown>> = {
      on: (event: string, listener: Listener) => listeners.set(event, listener),
      connect: async () => undefined,
      subscribe: async () => undefined,
      run: async ({ eachBatch }: ConsumerRunConfig) => {
        if (eachBatch) fake.deliver = eachBatch
      },
      disconnect: async () => note('disconnect')(),
      pause: note('pause'),
      seek: note('seek'),
      resume: note('resume'),
    }
    return consumer as unknown as Consumer
  })
  return { client: { kafka, sever }, built, sever }
}

const options: SubscribeOptions = { group: 'g', topics: ['t'], onBatch: async () => undefined }

test('W11: a consumer that crashed is built anew, whatever kafkajs would do', async () => {
  const { client, built } = fakeKafka()
  const subscription = subscribe(client, options, quiet, () => undefined)
  await vi.waitFor(() => expect(built).toHaveLength(1))
  built[0]?.emit('consumer.crash', { error: new Error('not retriable'), restart: false })
  await vi.waitFor(() => expect(built).toHaveLength(2))
  expect(built[0]?.calls).toEqual(['disconnect'])
  await subscription.stop()
  expect(built[1]?.calls).toEqual(['disconnect'])
})

test('W7: assigned partitions are paused at once and delivered from where their owner says, until a newer assignment', async () => {
  const { client, built } = fakeKafka()
  const deliver: ((offset: number) => void)[] = []
  const onAssigned: SubscribeOptions['onAssigned'] = ({ deliverFrom }) =>
    void deliver.push((at) => deliverFrom({ topic: 't', partition: 1 }, at))
  const subscription = subscribe(client, { ...options, onAssigned }, quiet, () => undefined)
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

/** One record of a partition; what is done with it is noted among the consumer's calls. */
function payloadFor({ calls }: FakeConsumer, partition: number, heartbeat = async () => undefined): EachBatchPayload {
  const message = { offset: '5', key: null, value: null, timestamp: '0', attributes: 0, headers: {} }
  const payload: Partial<EachBatchPayload> = {
    batch: { topic: 't', partition, messages: [message], lastOffset: () => '6' } as unknown as EachBatchPayload['batch'],
    heartbeat,
    resolveOffset: (offset) => void calls.push(`resolve ${partition} ${offset}`),
    commitOffsetsIfNecessary: async (offsets) => {
      for (const { partitions } of offsets?.topics ?? []) for (const { offset } of partitions) calls.push(`commit ${partition} ${offset}`)
    },
    pause: () => {
      calls.push(`pause ${partition}`)
      return () => void calls.push(`resume ${partition}`)
    },
  }
  return payload as EachBatchPayload
}

const unableIn =
  (partition: number): SubscribeOptions['onBatch'] =>
  (batch) =>
    batch.partition === partition ? Promise.reject(new Error('not now')) : Promise.resolve()

async function joined(options: Partial<SubscribeOptions>) {
  const { client, built, sever } = fakeKafka()
  const subscription = subscribe(client, { group: 'g', topics: ['t'], onBatch: async () => undefined, ...options }, quiet, () => undefined)
  await vi.waitFor(() => expect(built[0]?.deliver).toBeDefined())
  const [consumer] = built
  if (!consumer) throw new Error('no consumer')
  const join = () => consumer.emit('consumer.group_join', { memberAssignment: { t: [0, 1] } })
  join()
  consumer.calls.length = 0
  return { subscription, consumer, join, sever, deliver: async (payload: EachBatchPayload) => consumer.deliver?.(payload) }
}

test('what is handled is committed up to the next record, a control record behind it included; a batch that throws pauses its own partition, is not passed over, and comes again after a back-off', async () => {
  const { subscription, consumer, deliver } = await joined({ onBatch: unableIn(1) })
  await Promise.all([deliver(payloadFor(consumer, 0)), deliver(payloadFor(consumer, 1))])
  expect(consumer.calls.toSorted()).toEqual(['commit 0 7', 'pause 1', 'resolve 0 5'])
  await vi.waitFor(() => expect(consumer.calls.at(-1)).toBe('resume 1'))
  await subscription.stop()
})

test('a new assignment ends a pause; where partitions wait for `deliverFrom`, it leaves them to it', async () => {
  const withOffsets = await joined({ onBatch: unableIn(1) })
  await withOffsets.deliver(payloadFor(withOffsets.consumer, 1))
  withOffsets.join()
  await vi.waitFor(() => expect(withOffsets.consumer.calls).toEqual(['pause 1', 'resume 1']))
  await withOffsets.subscription.stop()

  const { subscription, consumer, deliver, join } = await joined({ onBatch: unableIn(1), onAssigned: () => undefined })
  await deliver(payloadFor(consumer, 1))
  join()
  await subscription.stop()
  expect(consumer.calls).toEqual(['pause 1', expect.stringMatching(/^pause \[/), 'disconnect'])
})

test('a batch that fails when its assignment is over pauses nothing', async () => {
  const failing = Promise.withResolvers<void>()
  const { subscription, consumer, deliver, join } = await joined({ onBatch: () => failing.promise })
  const delivered = deliver(payloadFor(consumer, 1))
  join()
  failing.reject(new Error('too late'))
  await delivered
  expect(consumer.calls).toEqual([])
  await subscription.stop()
})

test('whether this member still holds the partition is asked by committing where it stands, which moves nothing', async () => {
  const { subscription, consumer, deliver } = await joined({
    onAssigned: () => undefined,
    onBatch: (_, { assertMember }) => assertMember(),
  })
  await deliver(payloadFor(consumer, 1))
  expect(consumer.calls).toEqual(['commit 1 5', 'resolve 1 5'])
  await subscription.stop()
})

test('what the group answers goes through to kafkajs, which joins it again', async () => {
  const { subscription, consumer, deliver } = await joined({ onBatch: (_, { heartbeat }) => heartbeat() })
  await expect(deliver(payloadFor(consumer, 1, () => Promise.reject(new Error('rebalancing'))))).rejects.toThrow('rebalancing')
  expect(consumer.calls).toEqual([])
  await subscription.stop()
})

test('a stop cuts the long poll short, once the batch at hand is handled', async () => {
  const handled = Promise.withResolvers<void>()
  const { subscription, consumer, deliver, sever } = await joined({ onBatch: () => handled.promise })
  const delivered = deliver(payloadFor(consumer, 0))
  const stopped = subscription.stop()
  await vi.waitFor(() => expect(consumer.calls).toContain('disconnect'))
  expect(sever).not.toHaveBeenCalled()
  handled.resolve()
  await Promise.all([delivered, stopped])
  expect(consumer.calls).toContain('commit 0 7')
  expect(sever).toHaveBeenCalledOnce()
})

test('a consumer that crashed is left to kafkajs: nothing of it is cut', async () => {
  const { client, built, sever } = fakeKafka()
  const subscription = subscribe(client, options, quiet, () => undefined)
  await vi.waitFor(() => expect(built).toHaveLength(1))
  built[0]?.emit('consumer.crash', { error: new Error('x'), restart: false })
  await vi.waitFor(() => expect(built).toHaveLength(2))
  expect(sever).not.toHaveBeenCalled()
  await subscription.stop()
})
