import { createRequire } from 'node:module'
import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js'
import { expect, test } from 'vitest'
import { patchPausedWait } from '../../../../../../../services/shared/runtime/kafka/client/kafkajs-patches.ts'

const logger = { namespace: () => undefined }

/** A member as kafkajs builds it, before it joins. */
function member(maxWaitTimeInMs: number) {
  const group = new ConsumerGroup({ topics: ['t'], topicConfigurations: {}, maxWaitTimeInMs, logger })
  group.subscriptionState.assign([{ topic: 't', partitions: [0, 1] }])
  return group
}

test('a member with a paused partition looks again soon; without one it is as patient as configured', () => {
  expect(member(2000).maxWaitTime).toBe(2000)
  patchPausedWait()
  const [one, other] = [member(2000), member(50)]
  expect(one.maxWaitTime).toBe(2000)
  for (const group of [one, other]) group.subscriptionState.pause([{ topic: 't', partitions: [1] }])
  expect([one.maxWaitTime, other.maxWaitTime]).toEqual([100, 50])
  one.subscriptionState.resume([{ topic: 't', partitions: [1] }])
  expect([one.maxWaitTime, other.maxWaitTime]).toEqual([2000, 50])
})

test('kafkajs is the release whose inside was read: at another one, its patches and typed internals are to be checked again', () => {
  const { version } = createRequire(import.meta.url)('kafkajs/package.json') as { version: string }
  expect(version, 'files that reach inside: kafka/client/kafkajs-{patches,internals.d}.ts, kafka/reading').toBe('2.2.4')
})
