import type { Redis } from 'ioredis'
import type { Availability } from './availability.ts'

/** ms. Redis answers in less than one; a request must not wait for one that hangs. */
const commandTimeout = 250

/**
 * A connection that comes back by itself and fails at once while there is none: nothing is kept for later, and no command is sent twice. The package is
 * loaded only here, so that who has no Redis does not pay for it.
 */
export async function connectRedis(url: string, availability: Availability): Promise<Redis> {
  const { Redis: Client } = await import('ioredis')
  const redis = new Client(url, {
    lazyConnect: true,
    commandTimeout,
    connectTimeout: 2000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1000),
  })
  redis.on('error', (error) => availability.failed(error))
  redis.on('ready', () => availability.succeeded())
  // Not waited for: whoever comes before is counted as while it is away.
  redis.connect().catch((error: unknown) => availability.failed(error))
  return redis
}
