import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { shopDestination } from '../destinations.ts'
import type { ShopTarget } from '../shop-target.ts'

const WorkerState = Type.Object({ queued: Type.Integer(), done: Type.Integer() })

/** What the worker of each replica of httpbin has to do and has done, read at the control port, where nothing is limited. */
export async function workerStates(target: ShopTarget): Promise<{ queued: number; done: number }[]> {
  const hosts = await target.hosts(shopDestination('httpbin'))
  return Promise.all(
    hosts.map(async (host) => {
      const { status, body } = await target.app(host, 'control', { method: 'GET', path: '/worker' })
      if (status !== 200 || !Value.Check(WorkerState, body))
        throw new Error(`${host.name} answered ${status} to GET /worker: ${JSON.stringify(body)}`)
      return body
    }),
  )
}
