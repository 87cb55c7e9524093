import { Kafka, type Producer, type ProducerBatch } from 'kafkajs'
import { expect, test, vi } from 'vitest'
import { transactionalWriter } from '../../../../../../../services/shared/runtime/kafka/writing/transactional-writer.ts'

const records = [{ topic: 't', partition: 0, key: 'k', value: 'v', headers: {} }]
const fenced = Object.assign(new Error('wrapped by kafkajs'), { cause: Object.assign(new Error('INVALID_PRODUCER_EPOCH'), { code: 47 }) })
const lost = new Error('Connection closed')

/** kafkajs' producer as the writer uses it; `broken` replaces steps. */
function writerOn(broken: { sendBatch?: Error; commit?: Error } = {}) {
  const step = (error: Error | undefined, value?: unknown) => (error ? Promise.reject(error) : Promise.resolve(value))
  const disconnect = vi.fn(async () => undefined)
  let end = 41
  const sendBatch = vi.fn(({ topicMessages }: ProducerBatch) => {
    const baseOffset = String(end)
    end += topicMessages?.[0]?.messages.length ?? 0
    return step(broken.sendBatch, [{ topicName: 't', partition: 0, errorCode: 0, baseOffset }])
  })
  const transaction = vi.fn(async () => ({
    abort: async () => undefined,
    sendBatch,
    commit: () => step(broken.commit),
  }))
  const kafka = new Kafka({ brokers: ['nowhere:1'] })
  const producer: Partial<Record<keyof Producer, unknown>> = { connect: async () => undefined, disconnect, transaction }
  vi.spyOn(kafka, 'producer').mockReturnValue(producer as unknown as Producer)
  return { writer: transactionalWriter(kafka, 'toy-0'), disconnect, transaction, sendBatch }
}

test('fencing begins a transaction, because connecting fences nobody', async () => {
  const { writer, transaction } = writerOn()
  await writer.fence()
  expect(transaction).toHaveBeenCalledOnce()
})

test('a commit tells where the records end', async () => {
  const { writer } = writerOn()
  await writer.fence()
  expect(await writer.commit(records)).toEqual([{ topic: 't', partition: 0, nextOffset: 42 }])
})

test('what a broker does not take at once goes in several requests of one transaction', async () => {
  const { writer, transaction, sendBatch } = writerOn()
  await writer.fence()
  const large = { topic: 't', partition: 0, key: 'k', value: 'x'.repeat(400 * 1024), headers: {} }
  expect(await writer.commit([large, large, large, ...records])).toEqual([{ topic: 't', partition: 0, nextOffset: 45 }])
  expect(sendBatch.mock.calls.map(([{ topicMessages }]) => topicMessages?.[0]?.messages.length)).toEqual([2, 2])
  expect(transaction).toHaveBeenCalledTimes(2)
})

test.each([
  ['records that could not be sent', { sendBatch: lost }, 'TransactionFailed'],
  ['records refused because of a newer writer', { sendBatch: fenced }, 'Fenced'],
  ['a commit without answer', { commit: lost }, 'CommitOutcomeUnknown'],
  ['a commit refused because of a newer writer', { commit: fenced }, 'Fenced'],
])('%s: the producer is thrown away and only fencing makes a new one', async (_, broken, name) => {
  const { writer, disconnect } = writerOn(broken)
  await writer.fence()
  await expect(writer.commit(records)).rejects.toMatchObject({ name })
  expect(disconnect).toHaveBeenCalledOnce()
  await expect(writer.commit(records)).rejects.toMatchObject({ name: 'TransactionFailed', message: expect.stringContaining('fence()') })
})
