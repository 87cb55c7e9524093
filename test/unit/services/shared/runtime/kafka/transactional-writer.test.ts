import { Kafka, type Producer } from 'kafkajs'
import { expect, test, vi } from 'vitest'
import { transactionalWriter } from '../../../../../../services/shared/runtime/kafka/transactional-writer.ts'

const records = [{ topic: 't', partition: 0, key: 'k', value: 'v', headers: {} }]
const fenced = Object.assign(new Error('wrapped by kafkajs'), { cause: Object.assign(new Error('INVALID_PRODUCER_EPOCH'), { code: 47 }) })
const lost = new Error('Connection closed')

/** kafkajs' producer as the writer uses it; `broken` replaces steps. */
function writerOn(broken: { sendBatch?: Error; commit?: Error } = {}) {
  const step = (error: Error | undefined, value?: unknown) => (error ? Promise.reject(error) : Promise.resolve(value))
  const disconnect = vi.fn(async () => undefined)
  const transaction = vi.fn(async () => ({
    abort: async () => undefined,
    sendBatch: () => step(broken.sendBatch, [{ topicName: 't', partition: 0, errorCode: 0, baseOffset: '41' }]),
    commit: () => step(broken.commit),
  }))
  const kafka = new Kafka({ brokers: ['nowhere:1'] })
  const producer: Partial<Record<keyof Producer, unknown>> = { connect: async () => undefined, disconnect, transaction }
  vi.spyOn(kafka, 'producer').mockReturnValue(producer as unknown as Producer)
  return { writer: transactionalWriter(kafka, 'toy-0'), disconnect, transaction }
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
