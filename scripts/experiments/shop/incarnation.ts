import type { Replica } from '../../access/replica.ts'
import type { ShopTarget } from './shop-target.ts'

/**
 * Which process a replica is: another one after it was killed, whether it keeps its name or not.
 * @returns name and start of the process; undefined while it does not answer
 */
export async function incarnation(target: ShopTarget, replica: Replica): Promise<string | undefined> {
  const answer = await target.app(replica, 'app', { method: 'GET', path: '/metrics' }).catch(() => undefined)
  const [, startedAt] = /^process_start_time_seconds(?:\{[^}]*\})? ([\d.e+]+)$/m.exec(String(answer?.body)) ?? []
  return startedAt === undefined ? undefined : `${replica.name} since ${startedAt}`
}
