import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import type { RebuildRequest } from '../../../services/shared/contracts/api/operations.ts'
import { Rebuild } from '../../../services/shared/contracts/rebuild.ts'
import { readState } from '../../local/state.ts'
import { UsageError } from '../command.ts'

const answerMs = 10_000

/** The service that owns the read models. Its own port, because the gateway does not let such requests in. */
export interface OrderHistory {
  beginRebuild(request: RebuildRequest): Promise<Rebuild>
  rebuild(id: number): Promise<Rebuild>
}

/** @param given its URL, else that of the shop that runs here @throws UsageError when there is none */
export async function findOrderHistory(given: unknown): Promise<OrderHistory> {
  const url = typeof given === 'string' ? given.replace(/\/$/, '') : await urlOfLocalShop()
  return {
    beginRebuild: (request) =>
      ask(`${url}/operations/rebuilds`, Rebuild, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
      }),
    rebuild: (id) => ask(`${url}/operations/rebuilds/${id}`, Rebuild),
  }
}

async function urlOfLocalShop(): Promise<string> {
  const replicas = (await readState())?.replicas.filter(({ workload }) => workload === 'order-history')
  const replica = replicas?.find(({ status }) => status === 'ready') ?? replicas?.[0]
  if (!replica) {
    throw new UsageError('no shop runs here; start it with: make up (or give --service http://…, the address of an order-history process)')
  }
  return `http://127.0.0.1:${replica.app.port}`
}

async function ask<Schema extends TSchema>(url: string, schema: Schema, init: RequestInit = {}): Promise<Static<Schema>> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(answerMs) }).catch((cause: unknown) => {
    throw new Error(`order-history at ${new URL(url).origin} does not answer`, { cause })
  })
  const body: unknown = await response.json().catch(() => undefined)
  if (response.ok && Value.Check(schema, body)) return body
  const { title = '', detail = '' } = Object(body) as { title?: string; detail?: string }
  throw new Error(`order-history answered ${response.status} ${detail || title}`.trim())
}
