import type { Kafka, Producer, RecordMetadata, Transaction } from 'kafkajs'
import { partitioner, retry } from '../client/kafkajs-client.ts'
import { requestsOf, toTopicMessages } from '../client/kafkajs-messages.ts'
import {
  CommitOutcomeUnknown,
  Fenced,
  type OutgoingRecord,
  type TransactionalWriter,
  TransactionFailed,
  type Written,
} from '../event-log.ts'
import { defaultTimeouts } from '../timeouts.ts'

/** INVALID_PRODUCER_EPOCH and PRODUCER_FENCED: https://kafka.apache.org/protocol.html#protocol_error_codes */
const fencingCodes = [47, 90]

/** kafkajs wraps the broker's answer into errors of its own. */
function isFencing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && fencingCodes.includes(Number(error.code))) || isFencing(error.cause)
}

/** Small enough for any partition; what exceeds it takes several requests in the same transaction. */
const maxRequestBytes = 900 * 1024

/** Where each partition's records of one request end, from the offsets that the broker gave them. */
function toWritten(records: readonly OutgoingRecord[], metadata: readonly RecordMetadata[]): Written[] {
  return metadata.map(({ topicName: topic, partition, baseOffset }) => ({
    topic,
    partition,
    nextOffset: Number(baseOffset) + records.filter((record) => record.topic === topic && record.partition === partition).length,
  }))
}

/**
 * One producer at a time under one transactional id; a failed one is never used again (W2: kafkajs cannot leave a failed commit).
 * @param timeoutMs after which the broker aborts a transaction that nobody ends
 */
export function transactionalWriter(kafka: Kafka, transactionalId: string, timeoutMs = defaultTimeouts.transactionMs): TransactionalWriter {
  let producer: Producer | undefined

  const discard = async (): Promise<void> => {
    const old = producer
    producer = undefined
    await old?.disconnect().catch(() => undefined)
  }

  return {
    fence: async () => {
      await discard()
      const fresh = kafka.producer({
        transactionalId,
        transactionTimeout: timeoutMs,
        maxInFlightRequests: 1,
        createPartitioner: partitioner,
        allowAutoTopicCreation: false,
        retry,
      })
      producer = fresh
      try {
        await fresh.connect()
        // W5: connecting fences nobody; beginning a transaction does, and an empty one sends no EndTxn.
        const empty = await fresh.transaction()
        await empty.abort()
      } catch (error) {
        await discard()
        throw error
      }
    },

    commit: async (records) => {
      if (!producer) throw new TransactionFailed(`${transactionalId}: fence() comes first`)
      let transaction: Transaction
      const written = new Map<string, Written>()
      try {
        transaction = await producer.transaction()
        for (const request of requestsOf(records, maxRequestBytes)) {
          const metadata = await transaction.sendBatch({ acks: -1, topicMessages: toTopicMessages(request) })
          for (const end of toWritten(request, metadata)) written.set(`${end.topic}/${end.partition}`, end)
        }
      } catch (cause) {
        await discard()
        throw isFencing(cause) ? new Fenced(transactionalId, { cause }) : new TransactionFailed(transactionalId, { cause })
      }
      try {
        await transaction.commit()
      } catch (cause) {
        await discard()
        throw isFencing(cause) ? new Fenced(transactionalId, { cause }) : new CommitOutcomeUnknown(transactionalId, { cause })
      }
      return [...written.values()]
    },

    discard,
  }
}
