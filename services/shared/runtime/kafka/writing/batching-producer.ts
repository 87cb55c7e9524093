import { setImmediate } from 'node:timers/promises'
import type { Producer } from 'kafkajs'
import { recordBytes, requestsOf, toTopicMessages } from '../client/kafkajs-messages.ts'
import type { OutgoingRecord } from '../event-log.ts'

const maxRequestBytes = 512 * 1024

/** While Kafka is away, what waits must not fill the memory: about a quarter of a million commands. */
const maxQueuedBytes = 64 * 1024 * 1024

interface Waiting {
  /** Whose records these are, or some of them. */
  readonly call: symbol
  readonly records: readonly OutgoingRecord[]
  readonly bytes: number
  resolve(): void
  reject(error: unknown): void
}

/**
 * Turns concurrent calls into shared requests: kafkajs itself neither lingers nor has more than one request in flight (W8).
 * What comes while a request is on its way goes with the next. Of a call whose records need several requests, none is written behind one that failed.
 * @param connect makes a connected idempotent producer; after an error the old one is thrown away, because its sequence numbers may be off
 */
export function batchingProducer(connect: () => Promise<Producer>) {
  let producer: Promise<Producer> | undefined
  let queue: Waiting[] = []
  let queuedBytes = 0
  let sending = false

  const disconnect = async (): Promise<void> => {
    const old = producer
    producer = undefined
    await old?.then((connected) => connected.disconnect()).catch(() => undefined)
  }

  const takeNext = (): Waiting[] => {
    let bytes = 0
    const fits = queue.findIndex((waiting, index) => {
      bytes += waiting.bytes
      return index > 0 && bytes > maxRequestBytes
    })
    const next = fits === -1 ? queue : queue.slice(0, fits)
    queue = fits === -1 ? [] : queue.slice(fits)
    queuedBytes -= next.reduce((sum, waiting) => sum + waiting.bytes, 0)
    return next
  }

  /** The call's other parts must not be written when one was not: its records are in order, and it will come again with all of them. */
  const giveUp = (batch: readonly Waiting[], error: unknown): void => {
    const calls = new Set(batch.map(({ call }) => call))
    const [others, left] = [queue.filter(({ call }) => calls.has(call)), queue.filter(({ call }) => !calls.has(call))]
    queue = left
    queuedBytes -= others.reduce((sum, waiting) => sum + waiting.bytes, 0)
    for (const { reject } of [...batch, ...others]) reject(error)
  }

  const sendAll = async (): Promise<void> => {
    sending = true
    // Callers of the same turn of the event loop share the first request too.
    await setImmediate()
    while (queue.length > 0) {
      const batch = takeNext()
      try {
        producer ??= connect()
        await (await producer).sendBatch({ acks: -1, topicMessages: toTopicMessages(batch.flatMap(({ records }) => records)) })
        for (const { resolve } of batch) resolve()
      } catch (error) {
        giveUp(batch, error)
        await disconnect()
      }
    }
    sending = false
  }

  return {
    produce: async (records: readonly OutgoingRecord[]): Promise<void> => {
      if (queuedBytes > maxQueuedBytes) throw new Error(`${queuedBytes} bytes wait to be written; Kafka is slow or away`)
      const call = Symbol('produce')
      const done = requestsOf(records, maxRequestBytes).map((part) => {
        const { promise, resolve, reject } = Promise.withResolvers<void>()
        const bytes = part.reduce((sum, record) => sum + recordBytes(record), 0)
        queuedBytes += bytes
        queue.push({ call, records: part, bytes, resolve, reject })
        return promise
      })
      // Not awaited: it goes on with what others bring meanwhile, and whatever fails rejects the callers concerned.
      if (!sending) void sendAll()
      await Promise.all(done)
    },
    disconnect,
  }
}
