import type { Replica } from '../../access/replica.ts'
import type { Rollback } from '../core/action.ts'
import type { ShopTarget } from './shop-target.ts'

/** Requests that httpbin holds, by latch, and how many `/hold` requests it has seen since its start. */
export interface Latches {
  readonly held: Readonly<Record<string, number>>
  readonly seen: number
}

/** Read at the control port, which the breaker under test does not limit. */
export async function readLatches(target: ShopTarget, httpbin: Replica): Promise<Latches> {
  const { status, body } = await target.app(httpbin, 'control', { method: 'GET', path: '/latches' })
  if (status !== 200) throw new Error(`${httpbin.name} does not tell its latches: ${status} ${JSON.stringify(body)}`)
  return body as Latches
}

/** Answers every request held at this latch, and at once those that come later. */
export async function release(target: ShopTarget, httpbin: Replica, latch: string): Promise<void> {
  const { status } = await target.app(httpbin, 'control', { method: 'POST', path: `/latches/${latch}/release` })
  if (status !== 200) throw new Error(`${httpbin.name} does not release ${latch}: ${status}`)
}

export const releaseAll =
  (target: ShopTarget, httpbin: Replica): Rollback =>
  async () => {
    for (const latch of Object.keys((await readLatches(target, httpbin)).held)) await release(target, httpbin, latch)
  }
