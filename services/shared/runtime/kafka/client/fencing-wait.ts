import Cluster from 'kafkajs/src/cluster/index.js'
import { retry } from './kafkajs-client.ts'

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
