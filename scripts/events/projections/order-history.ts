import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import type { RebuildRequest } from '../../../services/shared/contracts/api/operations.ts'
import { Rebuild } from '../../../services/shared/contracts/rebuild.ts'
import { NoAnswer } from './keep-asking.ts'

const answerMs = 10_000
/** Said by a service that starts or stops, or by the proxy in front of one that is not there. */
const unavailable = [502, 503, 504]

/** The service that owns the read models. Its own port, because the gateway does not let such requests in. */
export interface OrderHistory {
  beginRebuild(request: RebuildRequest): Promise<Rebuild>
  /** @throws NoAnswer */
  rebuild(id: number): Promise<Rebuild>
  /** Where the state of a rebuild can be read. */
  urlOf(id: number): string
}

/** @param url of one of its processes */
export function orderHistoryAt(url: string): OrderHistory {
  const urlOf = (id: number): string => `${url}/operations/rebuilds/${id}`
  return {
    beginRebuild: (request) =>
      ask(`${url}/operations/rebuilds`, Rebuild, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
      }),
    rebuild: (id) => ask(urlOf(id), Rebuild),
    urlOf,
  }
}

async function ask<Schema extends TSchema>(url: string, schema: Schema, init: RequestInit = {}): Promise<Static<Schema>> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(answerMs) }).catch((cause: unknown) => {
    throw new NoAnswer(`order-history at ${new URL(url).origin} does not answer`, { cause })
  })
  const body: unknown = await response.json().catch(() => undefined)
  if (response.ok && Value.Check(schema, body)) return body
  const { title = '', detail = '' } = Object(body) as { title?: string; detail?: string }
  const message = `order-history answered ${response.status} ${detail || title}`.trim()
  throw unavailable.includes(response.status) ? new NoAnswer(message) : new Error(message)
}
