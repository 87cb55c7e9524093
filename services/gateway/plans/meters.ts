import type { Logger } from '../../shared/runtime/process/logger.ts'
import type { Metrics } from '../../shared/runtime/process/metrics.ts'
import { redisAvailability } from './counting/availability.ts'
import { countWithFallback, type RedisAway } from './counting/count-with-fallback.ts'
import type { Counting } from './counting/counting.ts'
import { countInMemory } from './counting/in-memory.ts'
import { countInRedis } from './counting/in-redis.ts'
import { connectRedis } from './counting/redis-connection.ts'
import { usageInMemory } from './usage/in-memory.ts'
import { usageInRedis } from './usage/in-redis.ts'
import type { Usage } from './usage/usage.ts'

/** Where requests are counted, and what is remembered of them. */
export interface Meters {
  readonly counting: Counting
  readonly usage: Usage
  stop(): Promise<void>
}

/** Of one replica that knows of no other. */
export function metersInMemory(): Meters {
  return { counting: countInMemory(), usage: usageInMemory(), stop: async () => undefined }
}

/** All keys in Redis begin with it; the number changes when their meaning does. */
const prefix = 'breakwater:gateway:1:'

/** Of all replicas with the same Redis. It is not waited for. */
export async function metersInRedis(url: string, away: RedisAway, logger: Logger, metrics?: Metrics): Promise<Meters> {
  const availability = redisAvailability(logger, metrics)
  const redis = await connectRedis(url, availability)
  const usage = usageInRedis(redis, prefix)
  return {
    counting: countWithFallback(countInRedis(redis, prefix), countInMemory(), away, availability),
    usage,
    async stop() {
      await usage.stop()
      redis.disconnect()
    },
  }
}
