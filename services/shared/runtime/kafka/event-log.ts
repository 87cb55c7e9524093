/** A record to write. Without `partition` the key decides (murmur2, as Java's producer does). */
export interface OutgoingRecord {
  readonly topic: string
  readonly partition?: number
  readonly key: string | Buffer | null
  readonly value: string | Buffer | null
  readonly headers: Readonly<Record<string, string | Buffer>>
}

/** A record as read. Offsets are numbers: 2^53 records at a million a second last 285 years. */
export interface LogRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, Buffer>>
}

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** Records of one partition, in order. `nextOffset` lies after control records too (W10), which are never shown. */
export interface RecordBatch extends TopicPartition {
  readonly records: readonly LogRecord[]
  readonly nextOffset: number
}

/** From `from` to the partition's end at the time of the call. */
export interface ReadOptions {
  /**
   * Bytes that come at once, at most (or one batch, if that is larger): all of them are decoded in one turn of the event loop. The more,
   * the sooner all is read: 16 MiB by default.
   */
  readonly maxBytes?: number
}

export interface PartitionRange extends TopicPartition {
  readonly from: number
}

/** The group's share of partitions that this member holds until the next assignment. */
export interface Assignment {
  readonly partitions: readonly TopicPartition[]
  /** Starts (again) the delivery of one partition; nothing of it is delivered before. Without effect once a newer assignment exists. */
  deliverFrom(partition: TopicPartition, offset: number): void
}

export interface BatchControl {
  /** Call between the steps of long work (session timeout 10 s). Throws when the group rebalances: let it pass through. */
  heartbeat(): Promise<void>
  /** Asks the group's coordinator whether this member still holds the partition. Throws like `heartbeat` when it does not. */
  assertMember(): Promise<void>
}

export interface SubscribeOptions {
  readonly group: string
  readonly topics: readonly string[]
  /**
   * Given: partitions wait for `deliverFrom` and the group's offsets are not used.
   * Left out: delivery starts at the group's committed offset, else at the beginning, and offsets are committed after `onBatch`.
   */
  readonly onAssigned?: (assignment: Assignment) => void
  /** Told which partitions are this member's from now on, those that it had before included; for measurements. */
  readonly onJoined?: (partitions: readonly TopicPartition[]) => void
  /**
   * Where a topic begins of which the group has committed no offset yet (or the offsets have expired): at its `beginning` when left out. The
   * `end` is that of the group's first start, and kept; a partition that is added later begins at its beginning. Without meaning beside `onAssigned`.
   */
  readonly from?: 'beginning' | 'end'
  /** One call at a time per partition. When it throws, the batch comes again after a back-off; other partitions go on meanwhile. */
  readonly onBatch: (batch: RecordBatch, control: BatchControl) => Promise<void>
}

/** Where the committed records of one partition end. */
export interface Written extends TopicPartition {
  readonly nextOffset: number
}

/** Appends records all or not at all. After any error only `fence()` is allowed: it makes a fresh producer. */
export interface TransactionalWriter {
  /** Ends the predecessor: its open transaction is aborted and its later commits fail. */
  fence(): Promise<void>
  /**
   * @throws Fenced when another writer took over
   * @throws CommitOutcomeUnknown when the records may or may not be there: fence, then read the end of the log
   * @throws TransactionFailed when they are not there
   */
  commit(records: readonly OutgoingRecord[]): Promise<readonly Written[]>
  /** Throws the producer away. An open transaction is aborted by the next `fence()` of anybody, or by its timeout. */
  discard(): Promise<void>
}

/** Running until `stop`, which leaves the group. */
export interface Subscription {
  stop(): Promise<void>
}

export interface FollowOptions {
  readonly topics: readonly string[]
  /** A function reads first what stands for the beginning of a partition, and says where to go on. When it throws, it is called again. */
  readonly from: 'beginning' | 'end' | ((partition: TopicPartition) => Promise<number>)
  /** Batches of one partition come in order, one at a time. When it throws, the batch comes again after a back-off. */
  readonly onBatch: (batch: RecordBatch) => void | Promise<void>
}

export interface Following {
  /** Positioned: every record written from now on will be seen. */
  readonly started: Promise<void>
  /** Everything that was in the topics at the start has been handled. */
  readonly caughtUp: Promise<void>
  /** Milliseconds since Kafka last answered. Grows without end while it is away; about a second otherwise. */
  stalenessMs(): number
  stop(): Promise<void>
}

/** The one narrow port to Kafka. All reads are read_committed. */
export interface EventLog {
  /** Idempotent, acks=all; calls at the same time share one request. At least once: when it throws, the records may still be there. */
  produce(records: readonly OutgoingRecord[]): Promise<void>
  /** A writer whose predecessors with the same id are fenced off by `fence()`. */
  transactional(transactionalId: string): TransactionalWriter
  /** Joins a consumer group, and keeps trying to. */
  subscribe(options: SubscribeOptions): Subscription
  /** Reads all partitions of topics without a group, for ever. */
  follow(options: FollowOptions): Following
  /** Reads ranges to the end offsets taken at the first step (so: call it after fencing). */
  readPartitions(ranges: readonly PartitionRange[], options?: ReadOptions): AsyncIterable<RecordBatch>
  /** Partition → the offset after its last committed record. */
  endOffsets(topic: string): Promise<ReadonlyMap<number, number>>
  /** Topic → how many partitions it has now. @throws while one of the topics does not exist */
  partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Where a reader goes on whose offset is kept under `group`, which has no members; 0 when nothing is kept. */
  committedOffset(group: string, partition: TopicPartition): Promise<number>
  commitOffset(group: string, partition: TopicPartition, offset: number): Promise<void>
  close(): Promise<void>
}

/** `topic/partition`, for maps and for people. */
export const partitionName = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`

/** Another writer with the same transactional id took over: this one may write no more. */
export class Fenced extends Error {
  override readonly name = 'Fenced'
}

/** The answer to the commit was lost: the records may or may not be in the log. */
export class CommitOutcomeUnknown extends Error {
  override readonly name = 'CommitOutcomeUnknown'
}

/** The transaction ended before its commit was asked for: none of its records will ever be seen. */
export class TransactionFailed extends Error {
  override readonly name = 'TransactionFailed'
}
