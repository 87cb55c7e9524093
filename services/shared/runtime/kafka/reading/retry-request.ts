import type Cluster from 'kafkajs/src/cluster/index.js'
import { backOff } from '../back-off.ts'

/**
 * With the waits between them about 3 s: a partition made a moment ago, one whose leader went, and a group whose coordinator loads its offsets
 * are served by then.
 */
const attempts = 7

const isRetriable = (error: unknown): boolean => error instanceof Error && 'retriable' in error && error.retriable === true

/**
 * kafkajs sends a request that is made through its cluster once, to the brokers that it knows.
 * @throws what cannot be retried at once, the rest at the last attempt
 */
export async function retryRequest<Answer>(cluster: Pick<Cluster, 'refreshMetadata'>, request: () => Promise<Answer>): Promise<Answer> {
  for (let failures = 0; ; ) {
    try {
      if (failures > 0) await cluster.refreshMetadata()
      return await request()
    } catch (error) {
      failures += 1
      if (failures === attempts || !isRetriable(error)) throw error
      await backOff(failures)
    }
  }
}
