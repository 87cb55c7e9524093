import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { connect, readAll } from '../event-sourcing/running-toy.ts'
import { createToyTopics, freshName } from '../event-sourcing/toy-topics.ts'

const brokers = inject('brokers')
const eventLog = connect(brokers)
const service = freshName()
const topic = `${service}.events`
const record = (value: string) => ({ topic, partition: 0, key: 'k', value, headers: {} })
const values = async (of = topic) => (await readAll(eventLog, of)).map(({ value }) => value?.toString())

beforeAll(() => createToyTopics(brokers, service))
afterAll(() => eventLog.close())

test('of two writers with one id, the one that fenced last writes', async () => {
  const [former, latter] = [eventLog.transactional(`${service}-a`), eventLog.transactional(`${service}-a`)]
  await former.fence()
  await former.commit([record('a1')])
  await latter.fence()
  await expect(former.commit([record('zombie')])).rejects.toMatchObject({ name: 'Fenced' })
  const [written] = await latter.commit([record('a2')])
  expect(await values()).toEqual(['a1', 'a2'])
  // The control record lies at `nextOffset`, the end of the log behind it.
  expect(written).toEqual({ topic, partition: 0, nextOffset: 3 })
  expect((await eventLog.endOffsets(topic)).get(0)).toBe(4)
  await latter.discard()
})

test("W5: before fencing, the end of the log lies before a predecessor's open transaction and may still move; after it, never", async () => {
  // A topic of its own: the marker of an earlier transaction may reach its log late.
  const service = freshName()
  const topic = `${service}.events`
  await createToyTopics(brokers, service)
  const before = (await eventLog.endOffsets(topic)).get(0) ?? 0
  const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING })
  const predecessor = kafka.producer({ transactionalId: `${service}-b`, createPartitioner: Partitioners.DefaultPartitioner })
  await predecessor.connect()
  const open = await predecessor.transaction()
  await open.send({ topic, messages: [{ partition: 0, key: 'k', value: 'undecided' }] })

  const successor = kafka.producer({ transactionalId: `${service}-b`, createPartitioner: Partitioners.DefaultPartitioner })
  await successor.connect()
  // Connected and not fenced (what kafkajs does by itself): a reader sees the end in front of the open transaction …
  expect((await eventLog.endOffsets(topic)).get(0)).toBe(before)
  await open.commit()
  // … and then there is more, once the broker has marked the transaction as committed.
  await expect.poll(() => values(topic), { timeout: 10_000 }).toContain('undecided')

  const late = await predecessor.transaction()
  await late.send({ topic, messages: [{ partition: 0, key: 'k', value: 'too late' }] })
  const writer = eventLog.transactional(`${service}-b`)
  await writer.fence()
  const end = (await eventLog.endOffsets(topic)).get(0)
  await expect(late.commit()).rejects.toThrow()
  expect((await eventLog.endOffsets(topic)).get(0)).toBe(end)
  expect(await values(topic)).not.toContain('too late')
  await Promise.all([predecessor.disconnect(), successor.disconnect(), writer.discard()])
})

test('many transactions in a row take milliseconds each, not a third of a second (W4)', async () => {
  const writer = eventLog.transactional(`${service}-c`)
  await writer.fence()
  const took: number[] = []
  for (let n = 0; n < 20; n += 1) {
    const start = performance.now()
    await writer.commit([{ ...record(`c${n}`), partition: 1 }])
    took.push(performance.now() - start)
  }
  // Without the short back-off each of them waits 300 ms ± 20 %; on a busy machine a few are late for reasons of their own.
  expect(took.toSorted((a, b) => a - b)[5]).toBeLessThan(200)
  await writer.discard()
})
