import type { Producer, ProducerBatch } from 'kafkajs'
import { expect, test, vi } from 'vitest'
import { batchingProducer } from '../../../../../../../services/shared/runtime/kafka/writing/batching-producer.ts'

const record = (value: string) => ({ topic: 't', key: 'k', value, headers: {} })

function recordingProducer(failFirst = false) {
  const requests: string[][] = []
  let connections = 0
  const producer = batchingProducer(async () => {
    connections += 1
    const fails = failFirst && connections === 1
    const fake: Partial<Producer> = {
      sendBatch: async ({ topicMessages = [] }: ProducerBatch) => {
        if (fails) throw new Error('broker is away')
        requests.push(topicMessages.flatMap(({ messages }) => messages.map(({ value }) => String(value).slice(0, 3))))
        return []
      },
      disconnect: async () => undefined,
    }
    return fake as Producer
  })
  return { ...producer, requests, connections: () => connections }
}

test('calls of the same moment share one request, in order', async () => {
  const { produce, requests } = recordingProducer()
  await Promise.all(['a', 'b', 'c'].map((value) => produce([record(value)])))
  expect(requests).toEqual([['a', 'b', 'c']])
})

test('no request grows beyond what a broker takes', async () => {
  const { produce, requests } = recordingProducer()
  await produce(['aaa', 'bbb', 'ccc'].map((start) => record(start.padEnd(300_000, '.'))))
  expect(requests).toEqual([['aaa'], ['bbb'], ['ccc']])
})

test('a failure rejects its callers; the next call gets a new producer', async () => {
  const { produce, requests, connections } = recordingProducer(true)
  await expect(produce([record('a')])).rejects.toThrow('broker is away')
  await produce([record('b')])
  expect(requests).toEqual([['b']])
  expect(connections()).toBe(2)
})

test('of a call that needs several requests none is written behind one that failed; other calls are', async () => {
  const { produce, requests } = recordingProducer(true)
  const large = ['aaa', 'bbb', 'ccc'].map((start) => record(start.padEnd(300_000, '.')))
  const [cut, other] = await Promise.allSettled([produce(large), produce([record('ddd')])])
  expect(cut.status).toBe('rejected')
  expect(other.status).toBe('fulfilled')
  expect(requests).toEqual([['ddd']])
  await produce(large)
  expect(requests.slice(1)).toEqual([['aaa'], ['bbb'], ['ccc']])
})

test('a caller has its answer with its own request, however many others follow', async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let requests = 0
  const fake: Partial<Producer> = {
    sendBatch: async () => {
      requests += 1
      await gates[requests - 1]?.promise
      return []
    },
    disconnect: async () => undefined,
  }
  const { produce } = batchingProducer(async () => fake as Producer)
  const first = produce([record('a')])
  await vi.waitFor(() => expect(requests).toBe(1))
  const second = produce([record('b')])
  gates[0]?.resolve()
  await first
  gates[1]?.resolve()
  await second
})

test('what waits while the broker does not answer is bounded: more is refused at once, and what waits is written later', async () => {
  const answered = Promise.withResolvers<never[]>()
  const fake: Partial<Producer> = { sendBatch: () => answered.promise, disconnect: async () => undefined }
  const { produce } = batchingProducer(async () => fake as Producer)
  const mebibyte = record('x'.repeat(1024 * 1024))
  const waiting = Promise.allSettled(Array.from({ length: 70 }, () => produce([mebibyte])))
  answered.resolve([])
  const written = (await waiting).map(({ status }) => status === 'fulfilled')
  expect(written).toEqual(Array.from({ length: 70 }, (_, n) => n < 64))
})
