// biome-ignore-all lint/style/noDefaultExport: what CommonJS modules export is their default export
// The parts of kafkajs 2.2.4 behind its public interface that we use: it has no `exports` map and its last release was in 2023.

declare module 'kafkajs/src/network/requestQueue/index.js' {
  /** One per connection: sends requests, holds them back while the broker throttles. */
  export default class RequestQueue {
    readonly pending: readonly unknown[]
    readonly inflight: ReadonlyMap<number, unknown>
    readonly throttledUntil: number
    scheduleCheckPendingRequests(): void
  }
}

declare module 'kafkajs/src/network/connectionPool.js' {
  export interface Connection {
    isConnected(): boolean
    connect(): Promise<unknown>
  }

  /** Two connections to one broker: 1 is for fetches, 0 for everything else. */
  export default class ConnectionPool {
    constructor(options: object)
    readonly pool: readonly Connection[]
    /** ms */
    readonly connectionTimeout: number
    getConnection(index?: number): Promise<Connection>
  }
}

declare module 'kafkajs/src/network/socketFactory.js' {
  import type { ISocketFactory } from 'kafkajs'

  /** kafkajs' own default: TCP with keep-alive. */
  export default function createSocketFactory(): ISocketFactory
}

declare module 'kafkajs/src/cluster/index.js' {
  import type { RetryOptions } from 'kafkajs'

  interface FetchedPartition {
    readonly partition: number
  }

  export interface Broker {
    offsetFetch(request: {
      groupId: string
      topics: { topic: string; partitions: { partition: number }[] }[]
    }): Promise<{ responses: { partitions: { offset: string }[] }[] }>
    offsetCommit(request: {
      groupId: string
      groupGenerationId: number
      memberId: string
      retentionTime: number
      topics: { topic: string; partitions: { partition: number; offset: string }[] }[]
    }): Promise<unknown>
    fetch(request: {
      maxWaitTime: number
      minBytes: number
      maxBytes: number
      isolationLevel: number
      topics: { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[]
    }): Promise<{ responses: { topicName: string; partitions: FetchedPartition[] }[] }>
  }

  /** Knows the brokers, holds the connections. */
  export default class Cluster {
    constructor(options: object)
    /** Never set; read by transactions. */
    retry?: RetryOptions
    connect(): Promise<void>
    disconnect(): Promise<void>
    addMultipleTargetTopics(topics: readonly string[]): Promise<void>
    refreshMetadata(): Promise<void>
    refreshMetadataIfNecessary(): Promise<void>
    findTopicPartitionMetadata(topic: string): { partitionId: number; leader: number }[]
    /** Leader's node → its partitions. */
    findLeaderForPartitions(topic: string, partitions: readonly (string | number)[]): Record<string, number[]>
    findBroker(broker: { nodeId: number }): Promise<Broker>
    findGroupCoordinator(group: { groupId: string }): Promise<Broker>
    fetchTopicsOffset(
      topics: { topic: string; partitions: { partition: number }[]; fromBeginning: boolean }[],
    ): Promise<{ topic: string; partitions: { partition: number; offset: string }[] }[]>
  }
}

declare module 'kafkajs/src/consumer/consumerGroup.js' {
  interface TopicPartitions {
    readonly topic: string
    readonly partitions: readonly number[]
  }

  /** One member of a group: what it may fetch and how long it waits for it, ms. */
  export default class ConsumerGroup {
    constructor(options: object)
    readonly subscriptionState: {
      assign(partitions: readonly TopicPartitions[]): void
      pause(partitions: readonly TopicPartitions[]): void
      resume(partitions: readonly TopicPartitions[]): void
      paused(): readonly TopicPartitions[]
    }
    maxWaitTime: number
  }
}

declare module 'kafkajs/src/consumer/batch.js' {
  import type { KafkaMessage } from 'kafkajs'

  /** What one fetch brought of one partition, without aborted and control records. */
  export default class Batch {
    constructor(topic: string, fetchedOffset: string, partitionData: object)
    readonly messages: KafkaMessage[]
    readonly rawMessages: readonly unknown[]
    /** Of the last record including those left out. */
    lastOffset(): string
  }
}

declare module 'kafkajs/src/errors.js' {
  import { KafkaJSError } from 'kafkajs'

  /** Its public declaration takes no message, without which it cannot be made. */
  export class KafkaJSMetadataNotLoaded extends KafkaJSError {
    constructor(message: string)
  }
}
