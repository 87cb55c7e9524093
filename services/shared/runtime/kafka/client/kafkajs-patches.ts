import Cluster from 'kafkajs/src/cluster/index.js'
import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js'
import { KafkaJSMetadataNotLoaded } from 'kafkajs/src/errors.js'
import type { Connection } from 'kafkajs/src/network/connectionPool.js'
import ConnectionPool from 'kafkajs/src/network/connectionPool.js'
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'
import { retry } from './kafkajs-client.ts'

const original = RequestQueue.prototype.scheduleCheckPendingRequests

/**
 * Stops kafkajs' idle timers. After its first response every connection re-arms a timer with the delay `-1 - now`, which Node turns
 * into 1 ms, for ever (and Node 24 warns of it): about 5 % of a core in a process that does nothing.
 * A check is only needed while requests are held back; otherwise the next response makes it.
 * https://github.com/tulios/kafkajs/issues/1751
 * @returns puts the original back
 */
export function patchIdleTimers(): () => void {
  RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0) original.call(this)
  }
  return () => {
    RequestQueue.prototype.scheduleCheckPendingRequests = original
  }
}

/**
 * Lets who fences an open transaction come back after 2 ms, as who writes one does (W4). kafkajs' transactions read the `retry` of the
 * cluster, which nothing sets: they would wait 300 ms and give up after five times, whatever a client or producer says.
 * https://github.com/tulios/kafkajs/blob/v2.2.4/src/producer/eosManager/index.js#L49
 * @returns puts kafkajs' own back
 */
export function patchFencingWait(): () => void {
  Cluster.prototype.retry = retry
  return () => {
    delete Cluster.prototype.retry
  }
}

const findsLeaders = Cluster.prototype.findLeaderForPartitions

/**
 * Lets a producer ask for the topic's partitions again when it is told to write to one that it does not know, because the partition was added since
 * it last asked. kafkajs leaves the records of such a partition out and says that all were written.
 * https://github.com/tulios/kafkajs/blob/v2.2.4/src/cluster/index.js#L322
 * @returns puts kafkajs' own back
 */
export function patchUnknownPartitions(): () => void {
  Cluster.prototype.findLeaderForPartitions = function (this: Cluster, topic: string, partitions: readonly (string | number)[]) {
    const known = new Set(this.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId))
    const unknown = partitions.filter((partition) => !known.has(Number(partition)))
    // Producers ask again after this error, with `retry`.
    if (unknown.length > 0) throw new KafkaJSMetadataNotLoaded(`${topic} has no partition ${unknown.join(', ')} that this client knows`)
    return findsLeaders.call(this, topic, partitions)
  }
  return () => {
    Cluster.prototype.findLeaderForPartitions = findsLeaders
  }
}

const connects = ConnectionPool.prototype.getConnection

/**
 * Lets requests that come together share one connect. kafkajs opens a socket for each request that finds its connection closed, keeps the
 * last one, and closes only that: fetches side by side left sockets behind, which keep a process alive until the broker drops them, after
 * ten minutes. https://github.com/tulios/kafkajs/blob/v2.2.4/src/network/connectionPool.js#L64
 * @returns puts kafkajs' own back
 */
export function patchConnects(): () => void {
  const connecting = new WeakMap<Connection, Promise<unknown>>()
  ConnectionPool.prototype.getConnection = async function (this: ConnectionPool, index = 0): Promise<Connection> {
    const connection = this.pool[index]
    if (!connection) throw new RangeError(`kafkajs has no connection ${index} to a broker`)
    if (connection.isConnected()) return connection
    await (connecting.get(connection) ?? shareConnect(connection, this.connectionTimeout, connecting))
    return connection
  }
  return () => {
    ConnectionPool.prototype.getConnection = connects
  }
}

/** @param forgetAfterMs a broker that hangs up while it is connected to leaves kafkajs' connect unsettled: later requests must not wait for that one */
function shareConnect(connection: Connection, forgetAfterMs: number, connecting: WeakMap<Connection, Promise<unknown>>): Promise<unknown> {
  const attempt = connection.connect()
  connecting.set(connection, attempt)
  const forget = (): void => {
    if (connecting.get(connection) === attempt) connecting.delete(connection)
  }
  attempt.then(forget, forget)
  setTimeout(forget, forgetAfterMs).unref()
  return attempt
}

/** ms */
const pausedWaitMs = 100

/**
 * Lets consumers be patient only when nothing waits for them. kafkajs looks at its partitions again after `maxWaitTimeInMs`, so a partition
 * that was resumed during a long poll, or while all were paused, is not fetched before that: seconds on every assignment. A short wait
 * for all makes idle consumers ask all the time. So the wait is short while any partition is paused, and as configured otherwise.
 */
export function patchPausedWait(): void {
  const configured = new WeakMap<ConsumerGroup, number>()
  // The constructor's assignment of its option reaches this setter, since no class field shadows it.
  Object.defineProperty(ConsumerGroup.prototype, 'maxWaitTime', {
    configurable: true,
    get(this: ConsumerGroup): number {
      const patient = configured.get(this) ?? pausedWaitMs
      return this.subscriptionState.paused().length > 0 ? Math.min(pausedWaitMs, patient) : patient
    },
    set(this: ConsumerGroup, waitMs: number) {
      configured.set(this, waitMs)
    },
  })
}
