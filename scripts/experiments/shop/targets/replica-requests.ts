import type { Replica, ReplicaPort } from '../../../access/replica.ts'
import { causeOf, envoyAdmin } from '../../../envoy-admin/admin.ts'
import type { AppAnswer, ShopTarget } from '../shop-target.ts'

const timeoutMs = 10_000

/** @param portOf where a replica's port is reached: a port of 127.0.0.1 */
export function replicaRequests(portOf: (replica: Replica, port: ReplicaPort) => Promise<number>): Pick<ShopTarget, 'admin' | 'app'> {
  const ask = async (replica: Replica, port: ReplicaPort, path: string, request: RequestInit) => {
    const url = `http://127.0.0.1:${await portOf(replica, port)}${path}`
    try {
      const response = await fetch(url, { ...request, signal: AbortSignal.timeout(timeoutMs) })
      return { status: response.status, text: await response.text() }
    } catch (error) {
      throw new Error(`${replica.name} does not answer ${path} at its ${port} port (${causeOf(error)})`)
    }
  }
  return {
    admin: (replica) => envoyAdmin(`the proxy of ${replica.name}`, () => portOf(replica, 'admin'), timeoutMs),
    app: async (replica, port, { method, path, headers, body }) => {
      const json = body === undefined ? {} : { 'content-type': 'application/json' }
      const sent = body === undefined ? {} : { body: JSON.stringify(body) }
      return answer(await ask(replica, port, path, { method, headers: { ...headers, ...json }, ...sent }))
    },
  }
}

function answer({ status, text }: { status: number; text: string }): AppAnswer {
  try {
    return { status, body: JSON.parse(text) }
  } catch {
    return { status, body: text }
  }
}
