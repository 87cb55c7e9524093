import { durationMs } from '../destination-rule.ts'
import type { PolicyObject, PolicyReference } from '../policy-object.ts'

/** One entry of a VirtualService's `spec.http`. */
export interface RouteReference extends PolicyReference {
  readonly index: number
}

export interface RouteRule {
  /** ms in all; undefined when calls may take for ever. */
  readonly timeoutMs?: number
  /** ms of each try; undefined when a try may take all of the time. */
  readonly perTryMs?: number
  /** How often a failed call is sent again. Istio's default where the route does not say. */
  readonly attempts: number
}

interface HttpEntry {
  readonly timeout?: string
  readonly retries?: { readonly attempts?: number; readonly perTryTimeout?: string }
  readonly [other: string]: unknown
}

/** Of Istio: two more tries of what reached no app. */
const defaultAttempts = 2

const httpOf = (object: PolicyObject | undefined): readonly HttpEntry[] => (object?.spec.http as HttpEntry[] | undefined) ?? []

/** A VirtualService's entry → what it says of time-outs and retries. */
export function routeRule(object: PolicyObject | undefined, index: number): RouteRule {
  const { timeout, retries } = httpOf(object)[index] ?? {}
  const ms = (text: string | undefined) => (text === undefined ? 0 : durationMs(text))
  return {
    ...(ms(timeout) > 0 && { timeoutMs: ms(timeout) }),
    ...(ms(retries?.perTryTimeout) > 0 && { perTryMs: ms(retries?.perTryTimeout) }),
    attempts: retries === undefined ? defaultAttempts : (retries.attempts ?? 0),
  }
}

/** The same object without a time-out in one entry, and without retries, which could have one each. */
export const withoutTimeout = (object: PolicyObject, index: number): PolicyObject =>
  withEntry(object, index, ({ timeout: _, ...entry }) => ({ ...entry, retries: { attempts: 0 } }))

/** The same object without retries in one entry: Istio's default is taken away, too. */
export const withoutRetries = (object: PolicyObject, index: number): PolicyObject =>
  withEntry(object, index, (entry) => ({ ...entry, retries: { attempts: 0 } }))

function withEntry(object: PolicyObject, index: number, change: (entry: HttpEntry) => HttpEntry): PolicyObject {
  const http = httpOf(object).map((entry, at) => (at === index ? change(entry) : entry))
  return { ...object, spec: { ...object.spec, http } }
}
