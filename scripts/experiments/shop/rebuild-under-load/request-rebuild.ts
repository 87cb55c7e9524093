import { Value } from 'typebox/value'
import { Rebuild } from '../../../../services/shared/contracts/rebuild.ts'
import { firstReplica } from '../../core/first-replica.ts'
import { shopWorkload } from '../destinations.ts'
import type { AppRequest, ShopTarget } from '../shop-target.ts'

/** Begins a rebuild, or joins the one that is under way. @throws Error in the service's words */
export const requestRebuild = (target: ShopTarget, projection: string): Promise<Rebuild> =>
  ask(target, { method: 'POST', path: '/operations/rebuilds', body: { projection } })

/** @throws Error in the service's words */
export const readRebuild = (target: ShopTarget, id: number): Promise<Rebuild> =>
  ask(target, { method: 'GET', path: `/operations/rebuilds/${id}` })

async function ask(target: ShopTarget, request: AppRequest): Promise<Rebuild> {
  const orderHistory = await firstReplica(target, shopWorkload('order-history'))
  const { status, body } = await target.app(orderHistory, 'app', request)
  if (status >= 300 || !Value.Check(Rebuild, body)) throw new Error(`${orderHistory.name} answered ${status}: ${JSON.stringify(body)}`)
  return body
}
